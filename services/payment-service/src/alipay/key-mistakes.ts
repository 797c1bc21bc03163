import type { KeyMaterial } from './key-material.ts'

/** The forms in which a key may be given. */
export const keyForms = 'as PEM, as bare base64, or as the path of a file that holds either'

type Unusable = Exclude<KeyMaterial['kind'], 'private' | 'public' | 'certificate'>

const mistakes: Record<Unusable, string> = {
  'certificate request': 'holds a certificate request (CSR)',
  'encrypted private key': 'holds a private key that is encrypted with a password',
  damaged: 'holds a key that cannot be read: it is cut off or was changed while it was copied',
  'no file': 'names a file that cannot be read',
  other: 'is not an RSA key',
}

/** What is wrong with a text or file that is neither a key nor a certificate. */
export function mistakeOf(kind: Unusable): string {
  return mistakes[kind]
}

/** A comma separates two values, also one in a path. */
export function pathHint(kind: Unusable, isOneOfSeveral: boolean): string {
  return isOneOfSeveral && (kind === 'no file' || kind === 'other')
    ? ' (a comma separates two values, so a path must not contain one)'
    : ''
}
