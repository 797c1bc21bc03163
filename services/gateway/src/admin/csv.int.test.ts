import { jwt } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { problem, startGateway, type TestGateway } from '../test-gateway.ts'
import { composedRoutes } from './composed-routes.ts'
import { textCell, writeCsv } from './csv.ts'
import { beijingTime, csvLists, yuanOf } from './csv-columns.ts'
import { forwardedRoutes } from './routes.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway?.close())
beforeEach(() => gateway.standIn.reset())

function ask(path: string, role = 'finance') {
  const headers = { authorization: `Bearer ${jwt('li', { role: role as 'owner' })}` }
  return fetch(`${gateway.url}/api/admin${path}`, { headers })
}

const stockRow = (sku: string, changes: object = {}) => ({
  ...{ sku, title: '茶', priceFen: 12_900, onSale: true, maxPerCustomer: null },
  ...{ available: 1, held: 2, sold: 3, supplied: 6, ...changes },
})

describe('a cell', () => {
  it.each([
    ['plain', 'plain'],
    ['茶 50g', '茶 50g'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['+86 138', "'+86 138"],
    ['-5', "'-5"],
    ['@sum', "'@sum"],
    ['2026030122001400000000000001', "'2026030122001400000000000001"],
    ['123456789012', "'123456789012"],
    ['12345678901', '12345678901'],
    ['007', "'007"],
    ['0', '0'],
    ['0.50', '0.50'],
    ['ord_0190a7c8d9e07b1c8d2e3f4051627384', 'ord_0190a7c8d9e07b1c8d2e3f4051627384'],
    ['\tx', "'\tx"],
    ['\rx', `"'\rx"`],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    [true, 'true'],
    [null, ''],
    [undefined, ''],
  ])('%j becomes %j', (value, cell) => {
    expect(textCell(value)).toBe(cell)
  })

  it('has amounts in yuan and times in Beijing', () => {
    expect([0, 5, 12_900, -7, -12_345, null].map(yuanOf)).toEqual(['0.00', '0.05', '129.00', '-0.07', '-123.45', ''])
    expect(beijingTime('2026-02-28T16:00:00.123Z')).toBe('2026-03-01T00:00:00.123+08:00')
    expect(beijingTime(undefined)).toBe('')
  })
})

describe('a list as a file', () => {
  it('has all pages with the filters of the request, with a byte order mark and a name', async () => {
    gateway.standIn.on('GET /admin/stock', ({ path }) => {
      const isFirst = !path.includes('cursor')
      const items = isFirst ? [stockRow('a', { title: '=A,"x"' })] : [stockRow('b', { available: -5, onSale: false })]
      return { status: 200, body: { items, nextCursor: isFirst ? 'a' : null } }
    })
    const answer = await ask('/stock?below=9&format=csv&cursor=zz&limit=7')
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="stock-\d{4}-\d\d-\d\d\.csv"$/)
    const text = Buffer.from(await answer.arrayBuffer()).toString('utf8')
    expect(text.split('\r\n')).toEqual([
      '\uFEFFsku,title,price_yuan,on_sale,max_per_customer,available,reserved,sold,supplied',
      `a,"'=A,""x""",129.00,true,,1,2,3,6`,
      'b,茶,129.00,false,,-5,2,3,6',
      '',
    ])
    expect(gateway.standIn.calls.map(({ path }) => path)).toEqual([
      '/admin/stock?below=9&limit=100',
      '/admin/stock?below=9&cursor=a&limit=100',
    ])
  })

  it('keeps the numbers of trades as texts, and amounts as numbers', async () => {
    const tradeNo = '2026030122001400000000000001'
    const payment = { orderId: 'ord_1', state: 'PAID', amountFen: 123_456_789_012_345, tradeNo, attempts: 1 }
    gateway.standIn.on('GET /admin/payments', () => ({ status: 200, body: { items: [payment], nextCursor: null } }))
    const [, row = ''] = (await (await ask('/payments?format=csv')).text()).split('\r\n')
    expect(row).toContain(`,'${tradeNo},`)
    expect(row).toContain(',1234567890123.45,')
  })

  it('needs the permission to export as well', async () => {
    for (const role of ['viewer', 'support', 'warehouse']) {
      expect((await ask('/stock?format=csv', role)).status).toBe(403)
      expect((await ask('/stock?format=json', role)).status).toBe(200)
    }
    expect(gateway.standIn.calls.every(({ path }) => path === '/admin/stock')).toBe(true)
    expect((await ask('/stock?format=xml')).status).toBe(400)
    expect((await ask('/audit-log?format=csv', 'finance')).status).toBe(403)
  })

  it('is a problem where its first page is one', async () => {
    gateway.standIn.on('GET /admin/stock', () => problem('service-unavailable'))
    const answer = await ask('/stock?format=csv')
    expect(answer.status).toBe(503)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.headers.get('content-disposition')).toBeNull()
  })

  it('ends the connection early where a later page fails', async () => {
    gateway.standIn.on('GET /admin/stock', ({ path }) =>
      path.includes('cursor')
        ? problem('service-unavailable')
        : { status: 200, body: { items: [stockRow('a')], nextCursor: 'a' } },
    )
    const answer = await ask('/stock?format=csv')
    expect(answer.status).toBe(200)
    await expect(answer.text()).rejects.toThrow()
  })

  it('is refused where a service could not answer', async () => {
    gateway.standIn.on('GET /due', ({ headers }) =>
      headers.traceparent === undefined ? problem('internal-error') : { status: 200, body: { items: [] } },
    )
    expect((await ask('/due?format=csv')).status).toBe(200)
    let calls = 0
    gateway.standIn.on('GET /due', () =>
      calls++ === 0 ? { status: 200, body: { items: [] } } : problem('internal-error'),
    )
    const answer = await ask('/due?format=csv')
    expect([answer.status, (await answer.json()).detail]).toEqual([503, expect.stringContaining('not be complete')])
  })

  it('has the differences of a day, which are paged by their number', async () => {
    const difference = { billDate: '2026-03-01', kind: 'missing_payment', status: 'OPEN', subject: 's', billFen: 5 }
    gateway.standIn.on('GET /admin/reconciliations/*', ({ path }) => {
      const nextOffset = path.includes('offset') ? null : 1
      return { status: 200, body: { run: {}, differences: [difference], nextOffset } }
    })
    const lines = (await (await ask('/reconciliations/2026-03-01?format=csv')).text()).trim().split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[1]).toMatch(/^2026-03-01,missing_payment,OPEN,s,/)
    expect(gateway.standIn.calls.at(-1)?.path).toBe('/admin/reconciliations/2026-03-01?offset=1')
  })

  it('says in its last line that there are more rows than a file may have', async () => {
    const page = { items: Array.from({ length: 100 }, () => stockRow('a')), nextCursor: 'a' }
    let lines = 0
    let last = ''
    for await (const text of writeCsv(csvLists.stock, { filters: {}, isGone: () => false }, async () => page)) {
      const own = text.split('\r\n').slice(0, -1)
      lines += own.length
      last = own.at(-1) ?? ''
    }
    expect([lines, last]).toEqual([100_002, 'The list has more rows. Narrow its filters.'])
  })

  it('stops reading when the client is gone', async () => {
    let reads = 0
    const pages = writeCsv(csvLists.stock, { filters: {}, isGone: () => reads === 3 }, async () => {
      reads++
      return { items: [], nextCursor: 'a' }
    })
    for await (const _page of pages);
    expect(reads).toBe(3)
  })
})

it('each list of the admin API is exported', () => {
  const exported = [...forwardedRoutes, ...composedRoutes]
    .filter(({ csv }) => csv !== undefined)
    .map(({ path }) => path)
  expect(exported.toSorted()).toEqual(
    [
      ...['/audit-log', '/cases', '/dead-letters', '/due', '/orders', '/payments', '/reconciliations'],
      ...['/reconciliations/:date', '/refunds', '/reports/daily', '/stock', '/stock/:sku/history'],
    ].toSorted(),
  )
})
