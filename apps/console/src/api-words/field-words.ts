import { chineseOf } from './sentences.ts'

/** Fields that the console sends. A field without a word here is named as it is. */
const fields: Readonly<Record<string, string>> = {
  action: '处理方式',
  actor: '操作人',
  amountFen: '金额',
  carrier: '承运商',
  claimedBy: '处理人',
  cursor: '分页位置',
  customer: '顾客',
  date: '日期',
  delta: '数量变化',
  from: '开始日期',
  group: '消费组',
  id: '编号',
  includeShipping: '含运费',
  limit: '每页条数',
  lines: '商品明细',
  maxFen: '最高金额',
  maxPerCustomer: '每人限购',
  minFen: '最低金额',
  month: '月份',
  name: '姓名',
  note: '备注',
  object: '对象',
  olderThan: '早于',
  onSale: '在售',
  outTradeNo: '商户交易号',
  priceFen: '价格',
  q: '搜索内容',
  quantity: '数量',
  reason: '原因',
  reasonKey: '原因',
  reference: '商户单号',
  returnToStock: '商品恢复销售',
  roles: '角色',
  sku: 'SKU',
  state: '状态',
  status: '状态',
  title: '名称',
  to: '结束日期',
  trackingNumber: '运单号',
}

/** A field by its path, such as `lines.0.quantity`: 商品明细第 1 项的数量. */
export function fieldInChinese(path: string): string {
  if (path === '') return '请求内容'
  return path
    .split('.')
    .map(part => (/^\d+$/.test(part) ? `第 ${Number(part) + 1} 项` : (fields[part] ?? part)))
    .join('的')
    .replaceAll('的第', '第')
}

/** What is wrong with a field: the messages of the validation of schemas, and those of the services. */
export const fieldMessage = chineseOf([
  [/^must have required propert(?:y|ies) (.+)$/, '为必填项'],
  [/^is required\b/, '为必填项'],
  [/^is not allowed here$|^must not have additional properties$/, '不应填写'],
  [/^must be one of (.+)$/, values => `须为以下之一：${values}`],
  [/^must be equal to (?:constant|one of the allowed values)$/, '不是允许的值'],
  [/^must match a schema in anyOf$/, '不是允许的值'],
  [/^must match (?:pattern|format) /, '格式不正确'],
  [/^must (?:be|not be) (>=|<=|>|<|=) (\S+)$/, (sign, value) => `须 ${signs[sign ?? ''] ?? sign} ${value}`],
  [/^must not have (?:fewer|less) than (\d+) (?:characters|items|properties)$/, count => `至少 ${count} 个字符或项`],
  [/^must not have more than (\d+) characters$/, count => `不能超过 ${count} 个字符`],
  [/^must not have more than (\d+) (?:items|properties)$/, count => `不能超过 ${count} 项`],
  [/^must be integer$/, '须为整数'],
  [/^must be (?:a )?(?:multiple of) (\S+)$/, value => `须为 ${value} 的倍数`],
  [/^must be (?:number|boolean|string|object|array)/, '类型不正确'],
  [/^must not have duplicate items$/, '不能重复'],
  [/^must not be 0$/, '不能为 0'],
  [/^must not contain the character U\+0000/, '包含无法保存的字符'],
  [/^must be a time that exists, not (.+)$/, text => `不是有效的时间：${text}`],
  [/^would bring (\S+) above (\d+) units$/, (sku, max) => `将使 ${sku} 超过 ${max} 件`],
  [/^raises (\S+) to (\d+), more than (\d+)$/, (sku, sum, max) => `使 ${sku} 达到 ${sum} 件，超过 ${max} 件`],
  [/^can not be combined with lines/, '不能与商品明细同时使用'],
  [/^can not be combined with amountFen/, '不能与指定金额同时使用'],
  [/^needs lines/, '须选择商品'],
  [/^is not valid$/, '无效'],
])

const signs: Readonly<Record<string, string>> = { '>=': '≥', '<=': '≤', '>': '>', '<': '<', '=': '=' }
