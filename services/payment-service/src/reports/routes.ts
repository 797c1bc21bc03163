import { MoneyToday, Report, ReportQuery } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { type CertificateDays, createMoneyTodayReader } from './money-today.ts'
import { createReportReader } from './report.ts'

export interface ReportDependencies {
  db: Db
  certificates: () => readonly CertificateDays[]
}

/** Numbers for people: the sums of days, weeks and months, and what today looks like. */
export function addReports(app: HttpApp, dependencies: ReportDependencies): void {
  const readReport = createReportReader(dependencies.db)
  const readToday = createMoneyTodayReader(dependencies)
  app.get(
    '/admin/reports',
    {
      schema: { querystring: Type.Object(ReportQuery, { additionalProperties: false }), response: { 200: Report } },
    },
    ({ query }) => readReport(query),
  )
  app.get('/admin/today', { schema: { response: { 200: MoneyToday } } }, () => readToday())
}
