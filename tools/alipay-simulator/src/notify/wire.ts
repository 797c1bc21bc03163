import { type KeyObject, sign } from 'node:crypto'
import type { NotifyFault } from '../faults.ts'
import { type Parameters, signingText, withSignature } from '../rsa.ts'

/** The values of a notify whose seller, app or amount is not the merchant's. */
const OTHER_ID = '2088000000000000'
const OTHER_AMOUNTS = ['0.01', '0.02'] as const

/** The form body of one delivery, signed; a fault changes what is signed, or the signature. */
export function wireBody(fields: Parameters, fault: NotifyFault | undefined, key: KeyObject): string {
  if (fault === 'sha1') return formOf(signedWithSha1(fields, key))
  const signed = withSignature({ ...fields, ...otherValues(fields, fault) }, key)
  switch (fault) {
    case 'bad_sign':
      return formOf({ ...signed, sign: `${signed.sign!.startsWith('A') ? 'B' : 'A'}${signed.sign!.slice(1)}` })
    case 'no_sign': {
      const { sign: _sign, ...unsigned } = signed
      return formOf(unsigned)
    }
    case 'duplicate_parameter':
      return `${formOf(signed)}&${formOf({ total_amount: otherAmount(fields) })}`
    default:
      return formOf(signed)
  }
}

function otherValues(fields: Parameters, fault: NotifyFault | undefined): Parameters {
  switch (fault) {
    case 'amount':
      return { total_amount: otherAmount(fields) }
    case 'seller':
      return { seller_id: OTHER_ID }
    case 'app':
      return { app_id: OTHER_ID, auth_app_id: OTHER_ID }
    case 'order':
      // Has the length of a real number: only the merchant's database shows that it is unknown.
      return { out_trade_no: [...(fields.out_trade_no ?? '')].reverse().join('') }
    default:
      return {}
  }
}

function otherAmount(fields: Parameters): string {
  return fields.total_amount === OTHER_AMOUNTS[0] ? OTHER_AMOUNTS[1] : OTHER_AMOUNTS[0]
}

/** The signature that preceded RSA2: the same key with SHA-1. */
function signedWithSha1(fields: Parameters, key: KeyObject): Parameters {
  const signature = sign('RSA-SHA1', Buffer.from(signingText(fields, 'sign', 'sign_type'), 'utf8'), key)
  return { ...fields, sign_type: 'RSA', sign: signature.toString('base64') }
}

function formOf(fields: Parameters): string {
  return new URLSearchParams(fields).toString()
}
