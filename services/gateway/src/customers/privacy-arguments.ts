import { parseArgs } from 'node:util'

export const usage = `Exports or erases what is stored about a customer.

  npm run privacy -- export --customer C              everything as JSON, to standard output
  npm run privacy -- export --customer C --out FILE   … to a file that only you can read
  npm run privacy -- erase --customer C --yes         erases the finished orders of the customer; it can not be undone

  --as name   who requests it, for the audit trail (default: console)
  --json      machine-readable output

What is exported, erased and kept: docs/operations/personal-data.md`

export type PrivacyCommand = { customerId: string; as: string; json: boolean } & (
  | { action: 'export'; out: string | undefined }
  | { action: 'erase' }
)

/** Parses a command line; undefined if it asks for help. Throws Error saying what to type instead. */
export function readPrivacyArguments(args: string[]): PrivacyCommand | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      customer: { type: 'string' },
      out: { type: 'string' },
      yes: { type: 'boolean', default: false },
      as: { type: 'string', default: 'console' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  })
  const [action, ...rest] = positionals
  if (values.help || action === undefined) return undefined
  if (rest.length > 0) throw new Error(`one action at a time: remove ${rest.join(' ')}`)
  if (action !== 'export' && action !== 'erase') throw new Error(`the actions are export and erase: ${action} is none`)
  if (!values.customer) throw new Error('name the customer: --customer C')
  const command = { customerId: values.customer, as: values.as, json: values.json }
  if (action === 'export') return { ...command, action, out: values.out }
  if (values.out !== undefined) throw new Error('--out belongs to export: export the customer first, then erase')
  if (!values.yes) {
    throw new Error(
      `this would erase the personal data of all finished orders of ${values.customer}, and can not be undone. ` +
        'Export it first if you need it. To erase it, add --yes',
    )
  }
  return { ...command, action }
}
