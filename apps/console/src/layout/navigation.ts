import { defineTexts } from '../i18n/texts.ts'
import type { Permission } from '../session/session.tsx'

export const navigationTexts = defineTexts({
  en: {
    today: 'Today',
    orders: 'Orders',
    payments: 'Payments',
    refunds: 'Refunds',
    cases: 'Cases',
    reconciliation: 'Reconciliation',
    deadLetters: 'Events & dead letters',
    stock: 'Products & stock',
    jobs: 'Jobs',
    reports: 'Reports',
    auditLog: 'Audit log',
    system: 'System',
  },
  zh: {
    today: '今日',
    orders: '订单',
    payments: '支付',
    refunds: '退款',
    cases: '差错处理',
    reconciliation: '对账',
    deadLetters: '事件与死信',
    stock: '商品与库存',
    jobs: '任务',
    reports: '报表',
    auditLog: '审计日志',
    system: '系统',
  },
})

interface NavigationItem {
  path: string
  text: keyof typeof navigationTexts.en
  permission: Permission
}

/** The pages of the sidebar, in groups, with the permission that each needs. */
export const navigation: readonly (readonly NavigationItem[])[] = [
  [
    { path: '/', text: 'today', permission: 'read' },
    { path: '/orders', text: 'orders', permission: 'read' },
    { path: '/payments', text: 'payments', permission: 'read' },
    { path: '/refunds', text: 'refunds', permission: 'read' },
    { path: '/stock', text: 'stock', permission: 'read' },
  ],
  [
    { path: '/cases', text: 'cases', permission: 'read' },
    { path: '/reconciliation', text: 'reconciliation', permission: 'read' },
    { path: '/reports', text: 'reports', permission: 'read' },
  ],
  [
    { path: '/dead-letters', text: 'deadLetters', permission: 'read' },
    { path: '/jobs', text: 'jobs', permission: 'read' },
    { path: '/audit-log', text: 'auditLog', permission: 'audit-log.read' },
    { path: '/system', text: 'system', permission: 'read' },
  ],
]
