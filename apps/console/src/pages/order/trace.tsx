import { useApi } from '../../api/use-api.ts'
import { LoadProblem } from '../../components/load-problem.tsx'
import { Section } from '../../components/page.tsx'
import { defineTexts, useTexts } from '../../i18n/texts.ts'
import { serviceWords, wordFor } from '../../i18n/words.ts'
import classes from './trace.module.css'
import { depthsOf, type TraceSpan } from './trace-depths.ts'

const texts = defineTexts({
  en: {
    title: 'Trace',
    hint: 'What every process did for this order, and when. Waits for the shopper and for Alipay are gaps.',
    notRecorded: 'This trace was not recorded. Only a share of the orders is traced, and traces are kept for a while.',
    noTrace: 'This order was placed before traces were kept.',
    id: (traceId: string) => `Trace ${traceId}. Log lines name it as trace_id.`,
    span: 'Step',
    service: 'Service',
    start: 'Start',
    duration: 'Took',
    failed: (why: string) => `Failed: ${why}`,
    linked: (traceIds: string) => `Linked with trace ${traceIds}`,
    ms: (ms: string) => `${ms} ms`,
  },
  zh: {
    title: '链路追踪',
    hint: '各服务为此订单所做的处理及时间。等待顾客和支付宝的时间显示为空档。',
    notRecorded: '此链路未被记录。系统只追踪部分订单，且链路数据只保留一段时间。',
    noTrace: '此订单下单时尚未启用链路追踪。',
    id: (traceId: string) => `链路号 ${traceId}，日志中的字段名为 trace_id。`,
    span: '步骤',
    service: '服务',
    start: '开始',
    duration: '耗时',
    failed: (why: string) => `失败：${why}`,
    linked: (traceIds: string) => `关联链路 ${traceIds}`,
    ms: (ms: string) => `${ms} 毫秒`,
  },
})

/** The order's trace as a waterfall; nothing where the system has no source of traces. */
export function Trace({ orderId }: { orderId: string }) {
  const t = useTexts(texts)
  const trace = useApi('/api/admin/orders/{id}/trace', { path: { id: orderId } })
  if (trace.error !== null) {
    return (
      <Section title={t.title}>
        <LoadProblem problem={trace.error} again={trace.refetch} />
      </Section>
    )
  }
  if (trace.data === undefined || trace.data.state === 'no_source') return null
  const { traceId, state, spans } = trace.data
  return (
    <Section title={t.title}>
      {state === 'recorded' ? <Waterfall spans={spans} /> : <p>{traceId === null ? t.noTrace : t.notRecorded}</p>}
      {traceId !== null && <p className={classes.hint}>{t.id(traceId)}</p>}
    </Section>
  )
}

function Waterfall({ spans }: { spans: readonly TraceSpan[] }) {
  const t = useTexts(texts)
  const names: Readonly<Record<string, string>> = useTexts(serviceWords)
  const depths = depthsOf(spans)
  const totalMs = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs), 1)
  const percent = (ms: number) => `${(100 * ms) / totalMs}%`
  return (
    <>
      <p className={classes.hint}>{t.hint}</p>
      <div className={classes.scroll}>
        <table className={classes.trace}>
          <thead>
            <tr>
              <th scope="col">{t.span}</th>
              <th scope="col">{t.service}</th>
              <th scope="col">{t.start}</th>
              <th scope="col">{t.duration}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {spans.map(span => (
              <tr key={span.spanId}>
                <td style={{ paddingInlineStart: `${0.5 + depths(span)}rem` }}>
                  {span.name}
                  {span.error !== undefined && <div className={classes.error}>{t.failed(span.error)}</div>}
                  {span.linkedTraceIds.length > 0 && (
                    <details className={classes.links}>
                      <summary>{t.linked(`${span.linkedTraceIds[0]?.slice(0, 8)}…`)}</summary>
                      {span.linkedTraceIds.join(' ')}
                    </details>
                  )}
                </td>
                <td>{wordFor(names, span.service)}</td>
                <td className={classes.ms}>{t.ms(span.startMs.toFixed(0))}</td>
                <td className={classes.ms}>{t.ms(span.durationMs.toFixed(1))}</td>
                <td className={classes.track} aria-hidden="true">
                  <div
                    className={span.error === undefined ? classes.bar : classes.failedBar}
                    style={{ marginInlineStart: percent(span.startMs), width: percent(span.durationMs) }}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
