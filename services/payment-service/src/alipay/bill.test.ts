import { Readable } from 'node:stream'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { billBytes, billText, columnTitles, type TestBillLine } from '../reconciliation/test-bill.ts'
import { type BillLine, BrokenBill, fenFromBill, type OddRow, parseBill } from './bill.ts'

const at = '2026-01-02 11:04:05'
const payment: TestBillLine = { kind: '交易', outTradeNo: 'ord_1', fen: 25_800, at }
const refund: TestBillLine = { kind: '退款', outTradeNo: 'ord_1', requestNo: 'ref_1', fen: 800, at }

async function read(text: string) {
  const lines: BillLine[] = []
  const odd: OddRow[] = []
  const parsed = await parseBill(
    Readable.from([iconv.encode(text, 'gbk')]),
    row => void (row.kind === 'odd' ? odd.push(row) : lines.push(row)),
  )
  return { ...parsed, lines, odd }
}
const textOf = (lines: TestBillLine[], options = {}) => [...billText(lines, options)].join('')

describe('a trade bill', () => {
  it('is read as payments and refunds in fen, with their times', async () => {
    const { lines, counted, stated } = await read(textOf([payment, refund]))
    const moment = new Date('2026-01-02T03:04:05Z')
    expect(lines).toEqual([
      {
        ...{ kind: 'payment', tradeNo: 'Tord_1', outTradeNo: 'ord_1', requestNo: '', amountFen: 25_800 },
        ...{ feeFen: 0, at: moment },
      },
      {
        ...{ kind: 'refund', tradeNo: 'Tord_1', outTradeNo: 'ord_1', requestNo: 'ref_1', amountFen: 800 },
        ...{ feeFen: 0, at: moment },
      },
    ])
    expect(counted).toEqual({ payments: 1, paymentFen: 25_800, refunds: 1, refundFen: 800 })
    expect(stated).toEqual(counted)
  })

  it('is read the same whatever sign its refunds have', async () => {
    const { lines } = await read(textOf([payment, refund]).replaceAll(',-8.00,', ',8.00,'))
    expect(lines.map(({ amountFen }) => amountFen)).toEqual([25_800, 800])
  })

  it.each([
    ['-1.55', 155],
    ['1.55', 155],
    ['0.00', 0],
    ['', 0],
  ])('is read with the fee %s of a row as %i fen, whatever its sign', async (fee, feeFen) => {
    const { lines, odd } = await read(textOf([{ ...payment, fee }]))
    expect([lines.map(line => line.feeFen), odd]).toEqual([[feeFen], []])
  })

  it('is compared without a fee where the column is missing or a fee can not be read', async () => {
    const without = await read(textOf([payment]).replace('服务费（元）', '其他（元）'))
    expect([without.lines.map(({ feeFen }) => feeFen), without.odd]).toEqual([[undefined], []])
    const unreadable = await read(textOf([{ ...payment, fee: 'n/a' }]))
    expect(unreadable.lines.map(({ feeFen }) => feeFen)).toEqual([undefined])
    expect(unreadable.odd).toMatchObject([{ reason: expect.stringContaining('服务费 is n/a') }])
  })

  it('is read by its column titles, in any sequence and with further columns', async () => {
    const rows = textOf([payment, refund]).split('\n')
    const moved = rows.map(row => {
      if (row.startsWith('#') || row === '') return row
      const cells = row.split(',')
      return ['new', ...cells.reverse(), 'more'].join(',')
    })
    expect((await read(moved.join('\n'))).lines).toEqual((await read(textOf([payment, refund]))).lines)
  })

  it('may have commas and line breaks in quoted cells, and quotes in plain ones', async () => {
    const text = textOf([payment, refund])
      .replace('订单支付: ord_1\t', '"茶, 绿\n第二行"')
      .replace('订单支付: ord_1\t', '5" 盘\t')
    expect((await read(text)).lines).toHaveLength(2)
  })

  it.each(['"茶', '5"', 'a"b"c', '"', '""茶'])('is read when a cell of a row is %s', async cell => {
    const rows = textOf([payment, refund, { ...payment, outTradeNo: 'ord_2' }]).split('\n')
    const first = rows.findIndex(row => row.includes('Tord_1'))
    rows[first] = (rows[first] as string).replace('订单支付: ord_1\t', cell)
    const { lines, counted, stated } = await read(rows.join('\n'))
    expect(lines.map(({ outTradeNo, kind }) => `${outTradeNo} ${kind}`)).toEqual([
      'ord_1 payment',
      'ord_1 refund',
      'ord_2 payment',
    ])
    expect(counted).toEqual(stated)
  })

  it('is read row by row where a quote opens in one row and closes in another', async () => {
    const rows = textOf([payment, refund, { ...payment, outTradeNo: 'ord_2' }]).split('\n')
    const first = rows.findIndex(row => row.includes('Tord_1'))
    rows[first] = (rows[first] as string).replace('订单支付: ord_1\t', '"茶')
    rows[first + 2] = (rows[first + 2] as string).replace('订单支付: ord_2\t', '茶"')
    expect((await read(rows.join('\n'))).lines).toHaveLength(3)
  })

  it('is read the same with CRLF', async () => {
    expect((await read(textOf([payment, refund]).replaceAll('\n', '\r\n'))).lines).toHaveLength(2)
  })

  it('is complete without lines, with or without a summary', async () => {
    expect(await read(textOf([]))).toMatchObject({ lines: [], stated: { payments: 0, refundFen: 0 } })
    const bare = `#支付宝业务明细查询\n${columnTitles}\n#-----业务明细列表结束-----\n`
    expect(await read(bare)).toMatchObject({ lines: [], stated: undefined })
  })

  it('returns both sums where its summary differs', async () => {
    const { counted, stated } = await read(textOf([payment], { stated: { payments: 2, paymentFen: 51_600 } }))
    expect([counted, stated]).toMatchObject([
      { payments: 1, paymentFen: 25_800 },
      { payments: 2, paymentFen: 51_600 },
    ])
  })

  it.each([
    ['that ends in the middle', textOf([payment], { end: false }), 'ends in the middle'],
    ['that is empty', '', 'no line of column titles'],
    ['that is an error page', '<html>\n<body>busy</body>\n</html>', 'no column'],
    [
      'without a column that money depends on',
      textOf([payment]).replace('订单金额（元）', '金额'),
      'no column 订单金额',
    ],
    ['without its summary', textOf([payment]).replace(/#交易合计.*\n/, ''), 'summary lines are missing'],
  ])('%s is broken, with the reason', async (_name, text, why) => {
    const reading = read(text)
    await expect(reading).rejects.toThrow(BrokenBill)
    await expect(reading).rejects.toThrow(why)
  })

  const other: TestBillLine = { kind: '交易', outTradeNo: 'ord_2', fen: 700, at }
  it.each<[name: string, change: (text: string) => string, reason: string, sums: object]>([
    ['no merchant number', text => text.replace(',ord_2\t,', ',\t,'), 'merchant number', { paymentFen: 26_500 }],
    ['no trade number', text => text.replace('Tord_2\t', '\t'), 'trade number', { paymentFen: 26_500 }],
    ['an unknown 业务类型', text => text.replace('ord_2\t,交易', 'ord_2\t,转账'), '转账', { payments: 1 }],
    ['a 业务类型 of an object’s own', text => text.replace('ord_2\t,交易', 'ord_2\t,toString'), 'toString', {}],
    ['no 业务类型', text => text.replace('ord_2\t,交易', 'ord_2\t,'), 'missing', { payments: 1 }],
    [
      'an invalid amount',
      text => text.replaceAll(',7.00,7.00,', ',7.0O,7.0O,'),
      '7.0O',
      { payments: 2, paymentFen: 25_800 },
    ],
    ['too few cells', text => text.replace(/^Tord_2.*$/m, 'Tord_2\t,ord_2\t,交易\t'), 'amount', { payments: 2 }],
    [
      'a number that is far too long',
      text => text.replace('Tord_2\t', `${'9'.repeat(5_000)}\t`),
      '64',
      { payments: 2 },
    ],
  ])('a row with %s is set aside, and the others are read', async (_name, change, reason, sums) => {
    const { lines, odd, oddRows, counted, stated } = await read(change(textOf([payment, other, refund])))
    expect(lines.map(({ kind, outTradeNo }) => [kind, outTradeNo])).toEqual([
      ['payment', 'ord_1'],
      ['refund', 'ord_1'],
    ])
    expect(odd).toMatchObject([{ reason: expect.stringContaining(reason) }])
    expect(oddRows).toBe(1)
    expect(counted).toMatchObject(sums)
    expect(stated).toMatchObject({ payments: 2, paymentFen: 26_500 })
  })

  it.each(['2026-02-30 11:00:00', '0000-01-01 00:00:00', 'soon'])(
    'a row with the time %s is read without it, and reported',
    async moment => {
      const { lines, odd } = await read(textOf([{ ...payment, at: moment }]))
      expect(lines).toMatchObject([{ outTradeNo: 'ord_1', amountFen: 25_800, at: undefined }])
      expect(odd).toMatchObject([{ reason: expect.stringContaining(moment) }])
    },
  )

  it('is broken when a line never ends, and is not read into memory', async () => {
    const endless = [...billText([])].slice(0, 3).concat(['"', ...Array.from({ length: 200 }, () => 'x'.repeat(1024))])
    await expect(parseBill(billBytes(endless), () => {})).rejects.toThrow(BrokenBill)
  })

  it('fails when its file failed before it is read', async () => {
    const file = new Readable({ read() {} })
    file.on('error', () => {})
    file.destroy(new BrokenBill('damaged'))
    await new Promise(resolve => file.once('close', resolve))
    await expect(parseBill(file, () => {})).rejects.toThrow()
  })

  it('fails with the error of its reader', async () => {
    const reading = parseBill(billBytes(billText([payment, refund])), () => Promise.reject(new Error('full')))
    await expect(reading).rejects.toThrow('full')
  })
})

it.each([
  ['258.00', 25_800],
  ['-0.01', 1],
  ['+3.5', 350],
  ['7', 700],
  ['1.234', undefined],
  ['', undefined],
  ['1,000.00', undefined],
])('%s yuan in a bill are %s fen', (yuan, fen) => {
  expect(fenFromBill(yuan)).toBe(fen)
})
