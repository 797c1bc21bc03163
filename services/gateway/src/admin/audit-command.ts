import { ConfigError } from '@alipay-checkout/service-kit'

/** A program and its arguments. */
export type AuditCommand = readonly [string, ...string[]]

/**
 * The program and arguments of the setting AUDIT_COMMAND, a JSON array of texts. Throws ConfigError where it is none.
 */
export function readAuditCommand(text: string): AuditCommand {
  const command = parsed(text)
  const isCommand = Array.isArray(command) && command.length > 0 && command.every(part => typeof part === 'string')
  if (!isCommand || command[0] === '')
    throw new ConfigError(
      'AUDIT_COMMAND is not a JSON array of a program and its arguments, such as ["npm","run","audit"]',
    )
  return command as unknown as AuditCommand
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
