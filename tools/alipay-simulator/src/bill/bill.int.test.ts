import { parse } from 'csv-parse/sync'
import iconv from 'iconv-lite'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { fromBuffer } from 'yauzl'
import { fromBeijing, toBeijing } from '../beijing-time.ts'
import { type Merchant, openMerchant } from '../test-merchant.ts'
import { billArchive } from './bill-file.ts'
import { billPeriod } from './period.ts'
import type { BillRow } from './rows.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const NOON = fromBeijing(`${toBeijing(Date.now()).slice(0, 10)} 12:00:00`)!
const TODAY = toBeijing(NOON).slice(0, 10)

let merchant: Merchant
let clock = NOON
beforeAll(async () => {
  merchant = await openMerchant({ now: () => clock })
})
afterAll(() => merchant.close())
afterEach(async () => {
  clock = NOON
  await merchant.control('DELETE', '/faults')
  await merchant.control('POST', '/bills', { date: TODAY, ready: null })
})

const call = (method: string, bizContent: object) => merchant.sdk.exec(method, { bizContent }, { validateSign: true })
const query = (date: string, type = 'trade') =>
  call('alipay.data.dataservice.bill.downloadurl.query', { bill_type: type, bill_date: date })
/** A link whose validity follows the test's clock. */
const link = (outTradeNo: string, biz = {}) =>
  merchant.payUrl(outTradeNo, { time_expire: toBeijing(clock + 30 * 60_000), ...biz })
const pay = (outTradeNo: string, biz = {}) =>
  merchant.control('POST', '/pay', { url: link(outTradeNo, biz), withReturnUrl: false })

async function download(date = TODAY): Promise<Buffer> {
  const { bill_download_url: url } = await query(date)
  const response = await fetch(String(url))
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer())
}

interface File {
  readonly name: string
  readonly utf8Name: boolean
  readonly text: string
}

/** Unzips with another library, names and text read as GBK. */
async function filesOf(zip: Buffer): Promise<File[]> {
  const archive = await new Promise<import('yauzl').ZipFile>((resolve, reject) =>
    fromBuffer(zip, { lazyEntries: true, decodeStrings: false }, (error, opened) =>
      error ? reject(error) : resolve(opened!),
    ),
  )
  const files: File[] = []
  return await new Promise((resolve, reject) => {
    archive.on('error', reject)
    archive.on('end', () => resolve(files))
    archive.on('entry', entry => {
      archive.openReadStream(entry, async (error, stream) => {
        if (error) return reject(error)
        try {
          const bytes = Buffer.concat(await Array.fromAsync(stream!))
          const name = iconv.decode(entry.fileName as unknown as Buffer, 'gbk')
          const utf8Name = (entry.generalPurposeBitFlag & 0x800) !== 0
          files.push({ name, utf8Name, text: iconv.decode(bytes, 'gbk') })
          archive.readEntry()
        } catch (failure) {
          reject(failure)
        }
      })
    })
    archive.readEntry()
  })
}

function rowsOf(text: string): Record<string, string>[] {
  return parse(text, { comment: '#', comment_no_infix: true, columns: true, cast: cell => cell.trim() })
}

const numbers = (rows: Record<string, string>[]) => rows.map(row => row.商户订单号)

it('offers a bill for a day without payments, with a code for that', async () => {
  const yesterday = toBeijing(NOON - DAY_MS).slice(0, 10)
  expect(await query(yesterday)).toMatchObject({ code: '10000', bill_file_code: 'EMPTY_DATA_WITH_BILL_FILE' })
  const [detail] = await filesOf(await download(yesterday))
  expect(rowsOf(detail!.text)).toEqual([])
  expect(detail!.text).toContain('#交易合计：0笔，商家实收共0.00元')
})

it("lists a day's payments and refunds in two GBK files of a ZIP", async () => {
  const paid = await pay('b_1', { subject: '茶,"一"两', total_amount: '258.00' })
  await pay('b_2', { total_amount: '0.01' })
  await merchant.control('POST', '/open', { url: link('b_unpaid') })
  await call('alipay.trade.refund', { out_trade_no: 'b_1', refund_amount: '8.00', out_request_no: 'b_r1' })
  clock = NOON + DAY_MS
  expect(await query(TODAY)).not.toHaveProperty('bill_file_code')
  const [detail, summary] = await filesOf(await download())
  const name = `${merchant.simulator.sellerId}0156_${TODAY.replaceAll('-', '')}_业务明细`
  expect([detail!.name, summary!.name]).toEqual([`${name}.csv`, `${name}(汇总).csv`])
  expect([detail!.utf8Name, summary!.utf8Name]).toEqual([false, false])

  const lines = detail!.text.split('\r\n')
  const [year, month, day] = TODAY.split('-')
  expect(lines[0]).toBe('#支付宝业务明细查询')
  expect(lines[1]).toBe(`#账号：[${merchant.simulator.sellerId}0156]`)
  expect(lines[2]).toContain(`#起始日期：[${year}年${month}月${day}日 00:00:00]   终止日期：[`)
  expect(lines.slice(8, 11)).toEqual([
    expect.stringMatching(/^#-+业务明细列表结束-+$/),
    '#交易合计：2笔，商家实收共258.01元，商家优惠共0.00元',
    '#退款合计：1笔，商家实收退款共-8.00元，商家优惠退款共0.00元',
  ])
  const rows = rowsOf(detail!.text)
  expect(Object.keys(rows[0]!)).toHaveLength(25)
  expect(rows).toMatchObject([
    {
      支付宝交易号: paid.json.tradeNo,
      商户订单号: 'b_1',
      业务类型: '交易',
      商品名称: '茶,"一"两',
      创建时间: toBeijing(NOON),
      完成时间: toBeijing(NOON),
      '订单金额（元）': '258.00',
      '商家实收（元）': '258.00',
      '退款批次号/请求号': '',
    },
    { 商户订单号: 'b_1', 业务类型: '退款', '商家实收（元）': '-8.00', '退款批次号/请求号': 'b_r1' },
    { 商户订单号: 'b_2', 业务类型: '交易', '商家实收（元）': '0.01' },
  ])
  expect(rowsOf(summary!.text)).toMatchObject([{ 门店编号: '合计', 交易订单总笔数: '2', '实收净额（元）': '250.01' }])
})

it('has no bill of today, yesterday’s from nine o’clock, and any that the control API enables', async () => {
  expect(await query(TODAY)).toMatchObject({ code: '40004', sub_code: 'INVAILID_ARGUMENTS' })
  expect(await query('yesterday')).toMatchObject({ sub_code: 'INVAILID_ARGUMENTS' })
  expect(await query(TODAY, 'signcustomer')).toMatchObject({ sub_code: 'INVAILID_ARGUMENTS' })
  await merchant.control('POST', '/bills', { date: TODAY, ready: true })
  expect(await query(TODAY)).toMatchObject({ code: '10000' })
  await merchant.control('POST', '/bills', { date: TODAY, ready: false })
  expect(await query(TODAY)).toMatchObject({ sub_code: 'BILL_NOT_EXIST' })
  expect((await merchant.control('POST', '/bills', { date: 'soon', ready: true })).status).toBe(400)
})

it('accepts an address of a bill for 30 seconds', async () => {
  await merchant.control('POST', '/bills', { date: TODAY, ready: true })
  const url = String((await query(TODAY)).bill_download_url)
  clock = NOON + 29_999
  expect((await fetch(url)).status).toBe(200)
  clock = NOON + 30_000
  expect((await fetch(url)).status).toBe(403)
})

it('makes bills with a missing, additional, changed or repeated row, or wrong sums', async () => {
  await merchant.control('POST', '/bills', { date: TODAY, ready: true })
  const spoiled = async (bill: string) => {
    await merchant.control('POST', '/faults', { bill })
    return (await filesOf(await download()))[0]!.text
  }
  const sound = numbers(rowsOf(await spoiled('wrong_totals')))
  expect(await spoiled('wrong_totals')).toContain('商家实收共258.02元')
  expect(numbers(rowsOf(await spoiled('missing_row')))).toEqual(sound.slice(1))
  const [extra, ...rest] = numbers(rowsOf(await spoiled('extra_row')))
  expect(rest).toEqual(sound)
  // It has the form of the shop's numbers.
  expect(sound).not.toContain(extra)
  expect(extra).toHaveLength(sound[0]!.length)
  expect(rowsOf(await spoiled('changed_row'))[0]).toMatchObject({ '商家实收（元）': '258.01' })
  expect(numbers(rowsOf(await spoiled('duplicate_row')))).toEqual([sound[0], ...sound])
})

it('adds rows of another shop and odd rows before those of the ledger', async () => {
  await merchant.control('POST', '/bills', { date: TODAY, ready: true })
  const own = numbers(rowsOf((await filesOf(await download()))[0]!.text))
  await merchant.control('POST', '/bills', { date: TODAY, ready: true, foreign: 20, odd: 4 })
  const rows = rowsOf((await filesOf(await download()))[0]!.text)
  expect(numbers(rows).slice(26)).toEqual(own)
  expect(
    rows
      .slice(0, 22)
      .map(row => row.业务类型)
      .filter(kind => kind === '退款'),
  ).toHaveLength(2)
  expect(rows.slice(22, 26)).toMatchObject([
    { 商户订单号: '' },
    { 业务类型: '转账' },
    { '订单金额（元）': '--' },
    { 完成时间: '2026-02-30 25:61:00' },
  ])
  await merchant.control('POST', '/bills', { date: TODAY, ready: null, foreign: 0, odd: 0 })
})

it('makes late, broken and truncated bills', async () => {
  await merchant.control('POST', '/bills', { date: TODAY, ready: true })
  await merchant.control('POST', '/faults', { bill: 'not_ready' })
  expect(await query(TODAY)).toMatchObject({ sub_code: 'BILL_NOT_EXIST' })
  await merchant.control('POST', '/faults', { bill: 'broken' })
  await expect(download().then(filesOf)).rejects.toThrow()
  await merchant.control('POST', '/faults', { bill: 'cut' })
  await expect(download()).rejects.toThrow()
})

it('returns the ledger in pages, in the order of the numbers', async () => {
  const first = await merchant.control('GET', '/ledger?limit=2')
  expect(first.json).toMatchObject({
    next: 'b_2',
    items: [
      {
        outTradeNo: 'b_1',
        tradeStatus: 'TRADE_SUCCESS',
        totalFen: 25_800,
        refundedFen: 800,
        refunds: [{ outRequestNo: 'b_r1', amountFen: 800 }],
      },
      { outTradeNo: 'b_2', refunds: [] },
    ],
  })
  const second = await merchant.control('GET', '/ledger?limit=2&after=b_2')
  expect(second.json).toMatchObject({ items: [{ outTradeNo: 'b_unpaid', tradeStatus: 'WAIT_BUYER_PAY' }] })
  expect((await merchant.control('GET', '/ledger?after=b_unpaid')).json).toEqual({ items: [], next: null })
  expect((await merchant.control('GET', '/ledger?limit=0')).status).toBe(400)
})

it('never has a large bill whole in memory', async () => {
  let made = 0
  function* rows(): Generator<BillRow> {
    for (; made < 40_000; made += 1) {
      yield {
        kind: '交易',
        tradeNo: `2026022822001${String(made).padStart(15, '0')}`,
        outTradeNo: `many_${made}`,
        subject: '茶',
        createdAt: NOON,
        finishedAt: NOON,
        logonId: 'a',
        amountFen: 1,
      }
    }
  }
  const archive = billArchive({ sellerId: '2088', period: billPeriod(TODAY)!, rows: rows(), exportedAt: NOON })
  for (let chunk = 0; chunk < 3; chunk += 1) await archive.next()
  expect(made).toBeLessThan(20_000)
  await archive.return(undefined)

  made = 0
  const whole = billArchive({ sellerId: '2088', period: billPeriod(TODAY)!, rows: rows(), exportedAt: NOON })
  const [detail] = await filesOf(Buffer.concat(await Array.fromAsync(whole)))
  expect(rowsOf(detail!.text)).toHaveLength(40_000)
})
