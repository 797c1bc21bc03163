import type { AlipaySdkCommonResult } from 'alipay-sdk'
import { describe, expect, it } from 'vitest'
import { readBillAnswer, requireAllowedHost } from './bill-download.ts'

const reply = (fields: object) => fields as AlipaySdkCommonResult
const url = 'https://dwbillcenter.alipay.com/downloadBillFile.resource?fileId=1'

describe('Alipay’s answer to the query for a bill', () => {
  it('has the address of the bill, and whether the day is empty', () => {
    expect(readBillAnswer(reply({ code: '10000', bill_download_url: url }))).toEqual({
      outcome: 'ready',
      url,
      emptyDay: false,
    })
    const empty = { code: '10000', bill_download_url: url, bill_file_code: 'EMPTY_DATA_WITH_BILL_FILE' }
    expect(readBillAnswer(reply(empty))).toMatchObject({ outcome: 'ready', emptyDay: true })
  })

  it.each([
    ['BILL_NOT_EXIST', { code: '40004', sub_code: 'BILL_NOT_EXIST', msg: 'Business Failed' }],
    ['INVAILID_ARGUMENTS', { code: '40004', sub_code: 'INVAILID_ARGUMENTS', msg: 'Business Failed' }],
    ['10000', { code: '10000', msg: 'Success' }],
    ['10000', { code: '10000', msg: 'Success', bill_download_url: 'not an address' }],
  ])('is not ready: %s', (detail, fields) => {
    expect(readBillAnswer(reply(fields))).toMatchObject({
      outcome: 'not_ready',
      detail: expect.stringContaining(detail),
    })
  })
})

describe('a bill is downloaded', () => {
  const hosts = new Set(['dwbillcenter.alipay.com', '127.0.0.1:4000'])
  it.each([url, 'http://127.0.0.1:4000/bill'])('from %s, an allowed host', from => {
    expect(() => requireAllowedHost(from, hosts)).not.toThrow()
  })

  it.each([
    'https://dwbillcenter.alipay.com.example/x',
    'https://dwbillcenter.alipay.com:444/x',
    'https://user@dwbillcenter.alipay.com/x',
    'http://127.0.0.1:4001/bill',
    'http://169.254.169.254/latest',
    'file:///etc/passwd',
  ])('never from %s', from => {
    expect(() => requireAllowedHost(from, hosts)).toThrow('BILL_HOSTS')
  })
})
