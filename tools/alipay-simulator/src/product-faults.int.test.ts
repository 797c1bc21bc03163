import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Merchant, openMerchant, sdkFor } from './test-merchant.ts'
import { allProducts, productsOf } from './test-products.ts'

let merchant: Merchant
let shop: ReturnType<typeof productsOf>
let orders = 0
beforeAll(async () => {
  merchant = await openMerchant()
  shop = productsOf(merchant)
})
afterEach(() => merchant.control('DELETE', '/faults'))
afterAll(() => merchant.close())

const newNo = () => `ord_f${orders++}`
const faults = (body: object) => merchant.control('POST', '/faults', body)
const methods = ['alipay.trade.create', 'alipay.trade.precreate'] as const
const tradeOf = (no: string) => merchant.control('GET', `/trades/${no}`)

describe.each(methods)('%s', method => {
  const exec = (no: string, sdk = merchant.sdk) =>
    method === 'alipay.trade.create' ? shop.create(no, {}, sdk) : shop.precreate(no, {}, sdk)
  const result = method === 'alipay.trade.create' ? 'trade_no' : 'qr_code'

  it.each(['down', 'html', 'busy', 'error'])('has no effect with %s', async gateway => {
    const no = newNo()
    // The SDK repeats what was reset.
    await faults({ gateway, methods: [method] })
    const reply = await exec(no).catch(() => undefined)
    expect(reply?.[result]).toBeUndefined()
    expect((await tradeOf(no)).status).toBe(404)
    await merchant.control('DELETE', '/faults')
    expect(await exec(no)).toMatchObject({ code: '10000' })
  })

  it.each(['reset', 'html_after', 'busy_after', 'bad_sign', 'no_sign'])(
    'takes effect with %s, and the same call again has the same result',
    async gateway => {
      const no = newNo()
      await faults({ gateway, methods: [method], gatewayTimes: 1 })
      await exec(no).catch(() => undefined)
      expect((await tradeOf(no)).status).toBe(method === 'alipay.trade.create' ? 200 : 404)
      const again = (await exec(no))[result]
      expect(again).toEqual(expect.any(String))
      expect((await exec(no))[result]).toBe(again)
    },
  )

  it('hangs after it took effect', async () => {
    const no = newNo()
    await faults({ gateway: 'hang', slowMs: 60_000, methods: [method], gatewayTimes: 1 })
    await expect(exec(no, sdkFor(merchant.simulator, { timeout: 300 }))).rejects.toThrow()
    expect((await exec(no))[result]).toEqual(expect.any(String))
  })
})

describe('wap', () => {
  it('shows no cashier while the gateway is down or answers HTML, and shows it afterwards', async () => {
    const link = shop.wapUrl(newNo())
    await faults({ gateway: 'down', methods: ['alipay.trade.wap.pay'] })
    await expect(fetch(link)).rejects.toThrow()
    await faults({ gateway: 'html', methods: ['alipay.trade.wap.pay'], gatewayTimes: 1 })
    expect((await fetch(link)).status).toBe(502)
    expect(await (await fetch(link)).text()).toContain('登录并确认订单')
  })

  it('has no random faults of the gateway, because a buyer would simply try again', async () => {
    await faults({ random: { seed: 1, rates: { gateway: { down: 1 } } } })
    expect((await fetch(shop.wapUrl(newNo()))).status).toBe(200)
  })
})

describe.each(allProducts)('%s', product => {
  /** Pays, and waits for what the merchant received about it. */
  async function notifiesOf(no: string, count: number): Promise<Record<string, string>[]> {
    await merchant.control('POST', '/pay', await shop.targets[product](no))
    const about = () =>
      merchant.received.map(({ fields }) => fields).filter(fields => fields.subject?.endsWith(` ${no}`))
    await expect.poll(() => about().length, { interval: 10, timeout: 5_000 }).toBe(count)
    return about()
  }

  it('drops a notify, and sends it when it is delivered again', async () => {
    const no = newNo()
    await faults({ notify: 'drop', notifyTimes: 1 })
    await merchant.control('POST', '/pay', await shop.targets[product](no))
    const listed = async () =>
      (await merchant.control('GET', `/notifies?outTradeNo=${no}`)).json.items as unknown as {
        notifyId: string
        attempts: { outcome: string }[]
      }[]
    await expect.poll(async () => (await listed())[0]?.attempts[0]?.outcome, { interval: 10 }).toBe('dropped')
    const [{ notifyId } = { notifyId: '' }] = await listed()
    await merchant.control('POST', `/notifies/${notifyId}/redeliver`)
    expect(merchant.received.map(({ fields }) => fields.notify_id)).toContain(notifyId)
  })

  it('sends a notify twice', async () => {
    await faults({ notify: 'duplicate', notifyTimes: 1 })
    const [first, second] = await notifiesOf(newNo(), 2)
    expect(second?.notify_id).toBe(first?.notify_id)
  })

  it.each([
    ['amount', 'total_amount', '258.00'],
    ['seller', 'seller_id', '2088721000000015'],
    ['app', 'app_id', '9021000150600001'],
  ])('sends another %s under a valid signature', async (notify, field, own) => {
    await faults({ notify, notifyTimes: 1 })
    const [fields] = await notifiesOf(newNo(), 1)
    expect(merchant.sdk.checkNotifySignV2({ ...fields })).toBe(true)
    expect(fields?.[field]).not.toBe(own)
  })

  it('sends a wrong signature', async () => {
    await faults({ notify: 'bad_sign', notifyTimes: 1 })
    const [fields] = await notifiesOf(newNo(), 1)
    expect(merchant.sdk.checkNotifySignV2({ ...fields })).toBe(false)
  })

  it('refunds in the console, and the notify goes to the payment’s address', async () => {
    const no = newNo()
    await notifiesOf(no, 1)
    await merchant.control('POST', '/refund', { outTradeNo: no, amount: '8.00' })
    await expect
      .poll(() => merchant.received.find(({ fields }) => fields.out_trade_no === no && fields.refund_fee)?.fields)
      .toMatchObject({
        refund_fee: '8.00',
        trade_status: 'TRADE_SUCCESS',
        out_biz_no: expect.stringMatching(/^console/),
      })
  })
})
