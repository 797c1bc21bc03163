/**
 * The text that Alipay's signatures cover: `name=value` of every parameter but those left out, sorted by name, joined
 * with `&`. Values stand as they are, decoded. Requests leave out `sign`; notifies leave out `sign` and `sign_type`.
 */
export function signingText(parameters: Readonly<Record<string, string>>, leftOut: readonly string[] = []): string {
  return Object.keys(parameters)
    .filter(name => !leftOut.includes(name))
    .sort()
    .map(name => `${name}=${parameters[name]}`)
    .join('&')
}
