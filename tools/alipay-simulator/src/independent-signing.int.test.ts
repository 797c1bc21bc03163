import { execFile, spawn } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, vi } from 'vitest'
import { certificateSn, certificatesIn, rootBundleSn } from './certificates/serial-number.ts'
import { type Parameters, signingText, signText } from './rsa.ts'
import { openMerchant, pagePayContent, RETURN_URL } from './test-merchant.ts'

const SDK = 'alipay-sdk-python==3.7.1411'
const CACHE = join(import.meta.dirname, '../../../.local/python')
const DOWNLOAD_TIMEOUT_MS = 120_000

/**
 * Alipay's Python SDK as a PYTHONPATH, downloaded once and cached; or why it is not available. Python imports wheels
 * without unpacking them, which saves writing the SDK's 36,000 files. Only the compiled library must be unpacked.
 */
async function pythonSdk(): Promise<{ path: string } | { missing: string }> {
  const run = promisify(execFile)
  const version = await run('python3', ['-c', 'import sys; print(*sys.version_info[:2], sep=".")']).catch(
    () => undefined,
  )
  if (!version) return { missing: 'python3 is not installed' }
  const folder = join(CACHE, `${SDK.replace('==', '-')}-py${version.stdout.trim()}-wheels`)
  if (existsSync(folder)) return { path: await pathOf(folder) }
  await mkdir(CACHE, { recursive: true })
  const aside = await mkdtemp(join(CACHE, 'new-'))
  try {
    const download = ['-m', 'pip', 'download', '--quiet', '--only-binary=:all:', '--disable-pip-version-check']
    await run('python3', [...download, '--dest', aside, SDK], { timeout: DOWNLOAD_TIMEOUT_MS })
    const compiled = (await readdir(aside)).filter(name => !name.endsWith('-none-any.whl'))
    for (const name of compiled) {
      await run('python3', ['-m', 'zipfile', '-e', join(aside, name), aside])
      await rm(join(aside, name))
    }
    // Renamed when it is complete. Another run may have been faster; its copy is the same.
    await rename(aside, folder).catch(() => undefined)
    return existsSync(folder) ? { path: await pathOf(folder) } : { missing: `${folder} could not be created` }
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    return { missing: `pip cannot download ${SDK}: ${stderr.trim().split('\n').at(-1) ?? ''}` }
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

/** The folder, for what was unpacked into it, and its wheels. */
async function pathOf(folder: string): Promise<string> {
  const wheels = (await readdir(folder)).filter(name => name.endsWith('.whl'))
  return [folder, ...wheels.map(name => join(folder, name))].join(delimiter)
}

/** Runs actions in one process, because the SDK's start takes most of the time. Returns the result of each. */
function runPython(path: string, request: object): Promise<unknown[]> {
  const child = spawn('python3', [join(import.meta.dirname, 'independent-signing.py')], {
    env: { PATH: process.env.PATH, PYTHONPATH: path, PYTHONIOENCODING: 'utf-8' },
  })
  child.stdin.end(JSON.stringify(request))
  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', text => (output += text))
  child.stderr.setEncoding('utf8').on('data', text => (errors += text))
  return new Promise((resolve, reject) =>
    child.on('close', code => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(errors)))),
  )
}

it("accepts signatures of Alipay's own Python SDK, which accepts the gateway's", {
  timeout: DOWNLOAD_TIMEOUT_MS + 30_000,
}, async context => {
  const sdk = await pythonSdk()
  if ('missing' in sdk) return context.skip(sdk.missing)
  // Answers server calls in key mode, which is all that this SDK can verify.
  const merchant = await openMerchant({ keyMode: 'either' })
  try {
    const { gatewayUrl, appId, appPrivateKey, alipayPublicKey } = merchant.simulator
    const python = (...actions: object[]) =>
      runPython(sdk.path, {
        actions,
        gatewayUrl,
        appId,
        // This SDK requires the bare base64 of PKCS#1 and of SPKI.
        appPrivateKey: bare(createPrivateKey(appPrivateKey!).export({ type: 'pkcs1', format: 'pem' }).toString()),
        alipayPublicKey: bare(alipayPublicKey),
      })
    const order = { bizContent: pagePayContent('py_1'), notifyUrl: merchant.notifyUrl, returnUrl: RETURN_URL }
    const numbers = {
      app_cert_sn: certificateSn(certificatesIn(merchant.simulator.appCertificate!)[0]!),
      alipay_root_cert_sn: rootBundleSn(merchant.simulator.rootCertificates!),
    }
    const inCertificateMode = { ...order, numbers, bizContent: pagePayContent('py_2') }
    const [url, withNumbers, orderString] = (
      await python(
        { action: 'pagePay', ...order },
        { action: 'pagePay', ...inCertificateMode },
        { action: 'appPay', ...inCertificateMode },
      )
    ).map(String) as [string, string, string]
    const signed = Object.fromEntries(new URLSearchParams(orderString)) as Parameters
    expect(signed).toMatchObject({ method: 'alipay.trade.app.pay', ...numbers })
    expect(signed.sign).toBe(signText(signingText(signed, 'sign'), createPrivateKey(appPrivateKey!)))
    expect((await merchant.control('POST', '/open', { url: withNumbers })).status).toBe(200)
    const forged = withNumbers.replace(numbers.app_cert_sn, '0'.repeat(32))
    expect((await merchant.control('POST', '/open', { url: forged })).json).toMatchObject({
      error: { subCode: 'isv.app-cert-not-exist' },
    })
    const paid = await merchant.control('POST', '/pay', { url })
    expect(paid).toMatchObject({ status: 200, json: { outTradeNo: 'py_1' } })
    expect((await merchant.control('POST', '/pay', { url: url.replace('258.00', '0.01') })).json).toMatchObject({
      error: { subCode: 'isv.invalid-signature' },
    })

    const bizContent = { out_trade_no: 'py_1' }
    const refund = { ...bizContent, refund_amount: '8.00', out_request_no: 'r1' }
    const replies = await python(
      { action: 'query', bizContent },
      { action: 'close', bizContent },
      { action: 'refund', bizContent: refund },
    )
    expect(replies).toMatchObject([
      { code: '10000', trade_status: 'TRADE_SUCCESS' },
      { code: '40004', sub_code: 'ACQ.TRADE_STATUS_ERROR' },
      { fund_change: 'Y', refund_fee: '8.00' },
    ])

    await vi.waitFor(() => expect(merchant.received).toHaveLength(2))
    const [fields, ofRefund] = merchant.received.map(received => received.fields)
    const returned = Object.fromEntries(new URL(String(paid.json.returnUrl)).searchParams)
    for (const own of ['order_id', 't']) delete returned[own]
    // The shop's own query has a `sign` too; Alipay's is the last one.
    returned.sign = new URL(String(paid.json.returnUrl)).searchParams.getAll('sign').at(-1)!
    const tampered = { ...fields, total_amount: '0.01' }
    const notifies = [fields, ofRefund, returned, tampered]
    expect(await python({ action: 'verify', signed: notifies })).toEqual([[true, true, true, false]])
  } finally {
    await merchant.close()
  }
})

function bare(pem: string): string {
  return pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')
}
