import { defineTexts } from './texts.ts'

/** Words of the domain that more than one page shows. A value without a word here is shown as it is. */
export const statusWords = {
  order: defineTexts({
    en: {
      RESERVING: 'Reserving stock',
      PENDING_PAYMENT: 'Awaiting payment',
      CLOSING: 'Closing',
      PAID: 'Paid',
      EXPIRED: 'Expired',
      CANCELLED: 'Cancelled',
      REJECTED: 'Rejected',
      REINSTATING: 'Reinstating',
      REFUNDED: 'Refunded',
    },
    zh: {
      RESERVING: '预留库存中',
      PENDING_PAYMENT: '待付款',
      CLOSING: '关闭中',
      PAID: '已付款',
      EXPIRED: '已过期',
      CANCELLED: '已取消',
      REJECTED: '已拒绝',
      REINSTATING: '恢复中',
      REFUNDED: '已退款',
    },
  }),
  fulfilment: defineTexts({
    en: {
      UNFULFILLED: 'Not shipped',
      PARTIALLY_SHIPPED: 'Partly shipped',
      SHIPPED: 'Shipped',
      DELIVERED: 'Delivered',
      COMPLETED: 'Completed',
    },
    zh: {
      UNFULFILLED: '未发货',
      PARTIALLY_SHIPPED: '部分发货',
      SHIPPED: '已发货',
      DELIVERED: '已送达',
      COMPLETED: '已完成',
    },
  }),
  flag: defineTexts({
    en: { refunded: 'Refunded', paid_late: 'Paid late', refunded_after_shipping: 'Refunded after shipping' },
    zh: { refunded: '有退款', paid_late: '逾期付款', refunded_after_shipping: '发货后退款' },
  }),
  method: defineTexts({
    en: {
      alipay_page: 'Desktop page',
      alipay_wap: 'Mobile web',
      alipay_app: 'App',
      alipay_jsapi: 'Mini program',
      alipay_qr: 'Order code',
    },
    zh: {
      alipay_page: '电脑网站',
      alipay_wap: '手机网站',
      alipay_app: 'App',
      alipay_jsapi: '小程序',
      alipay_qr: '订单码',
    },
  }),
  payment: defineTexts({
    en: {
      EXPECTED: 'Can be paid',
      CLOSING: 'Closing',
      UNCLEAR: 'Closing unclear',
      PAID: 'Paid',
      CLOSED: 'Closed',
      CREATED: 'Created',
      OPENED: 'Opened',
    },
    zh: {
      EXPECTED: '可付款',
      CLOSING: '关闭中',
      UNCLEAR: '关闭结果不明',
      PAID: '已付款',
      CLOSED: '已关闭',
      CREATED: '已创建',
      OPENED: '已打开',
    },
  }),
  refund: defineTexts({
    en: {
      AWAITING_APPROVAL: 'Awaiting approval',
      REQUESTED: 'Requested',
      PENDING: 'Pending at Alipay',
      SUCCEEDED: 'Refunded',
      FAILED: 'Failed',
      REJECTED: 'Rejected',
    },
    zh: {
      AWAITING_APPROVAL: '待复核',
      REQUESTED: '已申请',
      PENDING: '支付宝处理中',
      SUCCEEDED: '退款成功',
      FAILED: '退款失败',
      REJECTED: '已驳回',
    },
  }),
  case: defineTexts({
    en: { OPEN: 'Open', APPROVED: 'Awaiting approval', RESOLVED: 'Resolved' },
    zh: { OPEN: '待处理', APPROVED: '待复核', RESOLVED: '已处理' },
  }),
  caseKind: defineTexts({
    en: {
      amount_mismatch: 'Amount differs',
      app_mismatch: 'App id differs',
      seller_mismatch: 'Seller differs',
      notify_refused: 'Notify refused',
      unknown_order: 'Unknown order',
      refund_failed: 'Refund failed',
      outside_refund: 'Refunded outside',
      bill_difference: 'Bill differs',
      bill_unavailable: 'Bill unavailable',
      certificate_expiring: 'Certificate expiring',
      parked_message: 'Dead letter',
    },
    zh: {
      amount_mismatch: '金额不符',
      app_mismatch: '应用不符',
      seller_mismatch: '卖家不符',
      notify_refused: '通知被拒',
      unknown_order: '未知订单',
      refund_failed: '退款失败',
      outside_refund: '系统外退款',
      bill_difference: '账单差异',
      bill_unavailable: '账单不可用',
      certificate_expiring: '证书即将到期',
      parked_message: '死信',
    },
  }),
  deadLetter: defineTexts({
    en: {
      WAITING: 'Waiting',
      REDRIVING: 'Being redriven',
      REDRIVEN: 'Redriven',
      DISCARDING: 'Being discarded',
      DISCARDED: 'Discarded',
    },
    zh: {
      WAITING: '待处理',
      REDRIVING: '重投中',
      REDRIVEN: '已重投',
      DISCARDING: '丢弃中',
      DISCARDED: '已丢弃',
    },
  }),
  run: defineTexts({
    en: { WAITING: 'Waiting', RUNNING: 'Running', DONE: 'Done', GAVE_UP: 'Gave up' },
    zh: { WAITING: '等待中', RUNNING: '进行中', DONE: '已完成', GAVE_UP: '已放弃' },
  }),
  difference: defineTexts({
    en: { OPEN: 'Open', CARRIED: 'Carried over', REPAIRED: 'Repaired', SETTLED: 'Settled' },
    zh: { OPEN: '待处理', CARRIED: '顺延', REPAIRED: '已修复', SETTLED: '已处理' },
  }),
  stock: defineTexts({
    en: { RESERVED: 'Reserved', COMMITTED: 'Sold', RELEASED: 'Released', REJECTED: 'Rejected' },
    zh: { RESERVED: '已预留', COMMITTED: '已售出', RELEASED: '已释放', REJECTED: '已拒绝' },
  }),
  service: defineTexts({
    en: { ready: 'Ready', degraded: 'Degraded', unavailable: 'Unavailable' },
    zh: { ready: '正常', degraded: '降级', unavailable: '不可用' },
  }),
} as const

export type StatusKind = keyof typeof statusWords

/** Names of services as messages of problems have them. */
export const serviceWords = defineTexts({
  en: {
    orders: 'order service',
    payments: 'payment service',
    inventory: 'inventory service',
    gateway: 'gateway',
    'order-service': 'order service',
    'payment-service': 'payment service',
    'inventory-service': 'inventory service',
    traces: 'source of traces',
  },
  zh: {
    orders: '订单服务',
    payments: '支付服务',
    inventory: '库存服务',
    gateway: '网关',
    'order-service': '订单服务',
    'payment-service': '支付服务',
    'inventory-service': '库存服务',
    traces: '链路数据源',
  },
})

/** What a service knows, for the notice that it does not answer. */
export const serviceDataWords = defineTexts({
  en: {
    orders: 'Order data',
    payments: 'Payment data',
    inventory: 'Stock data',
    gateway: 'Data of the gateway',
    'order-service': 'Order data',
    'payment-service': 'Payment data',
    'inventory-service': 'Stock data',
  },
  zh: {
    orders: '订单数据',
    payments: '支付数据',
    inventory: '库存数据',
    gateway: '网关数据',
    'order-service': '订单数据',
    'payment-service': '支付数据',
    'inventory-service': '库存数据',
  },
})

/** The word for a key that may be unknown: the key itself then. */
export const wordFor = (words: Readonly<Record<string, string>>, key: string): string => words[key] ?? key

/** Roles in words. */
export const roleWords = defineTexts({
  en: {
    viewer: 'viewer',
    support: 'support',
    cashier: 'cashier',
    finance: 'finance',
    warehouse: 'warehouse',
    fulfilment: 'fulfilment (programs)',
    operator: 'operator',
    auditor: 'auditor',
    owner: 'owner (everything)',
    admin: 'owner (everything)',
  },
  zh: {
    viewer: '只读',
    support: '客服',
    cashier: '收银',
    finance: '财务',
    warehouse: '仓库',
    fulfilment: '履约（程序）',
    operator: '运维',
    auditor: '审计',
    owner: '负责人（全部权限）',
    admin: '负责人（全部权限）',
  },
})

/** The name of a role in a language, without what it is for. */
export const roleName = (role: string, language: 'en' | 'zh'): string =>
  wordFor(roleWords[language], role).replace(/ ?[(（].*/, '')
