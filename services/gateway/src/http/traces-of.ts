import type { TraceSource } from '@alipay-checkout/service-kit'
import type { GatewayConfig } from '../config.ts'

/** Every request begins a trace here: what its sender says about traces only becomes a link. */
export function tracesOf({
  OTEL_TRACES_SAMPLER_ARG: ratio,
}: Pick<GatewayConfig, 'OTEL_TRACES_SAMPLER_ARG'>): TraceSource {
  return { sampler: { ratio, always: ['/api/admin/'] } }
}
