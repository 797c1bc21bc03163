import { alipay } from './alipay.ts'
import { flow } from './flow.ts'
import { machinery } from './machinery.ts'
import { money } from './money.ts'
import type { Dashboard } from './panels.ts'
import { slo } from './slo.ts'

export const dashboards: readonly Dashboard[] = [money, flow, machinery, alipay, slo]
