import { Problem } from '@alipay-checkout/service-kit'

/** The problem with a field that is well-formed but can not be as it is. `message` follows the field's name. */
export function invalidField(field: string, message: string): Problem {
  return new Problem('invalid-request', `${field} ${message}.`, { errors: [{ field, message }] })
}
