import Type, { type Static } from 'typebox'

/** Settings of every process that exports traces. */
export const tracingConfig = {
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
    Type.String({
      pattern: '^https?://[^?#\\s]+$',
      description:
        'Where traces are sent, by OTLP/HTTP as JSON: `/v1/traces` is appended. Without it nothing is traced, and OpenTelemetry is not loaded.',
      examples: ['http://127.0.0.1:4318'],
    }),
  ),
  OTEL_EXPORTER_OTLP_HEADERS: Type.Optional(
    Type.String({
      pattern: '^\\s*[^=,\\s]+\\s*=[^,]*(,\\s*[^=,\\s]+\\s*=[^,]*)*$',
      description:
        'Headers of these requests, such as a credential of the receiver: name=value, separated by commas, with values percent-encoded.',
      examples: ['authorization=Basic%20dXNlcjpwYXNzd29yZA=='],
    }),
  ),
}

/** The gateway's: it decides for all services which requests are traced. */
export const samplingConfig = {
  OTEL_TRACES_SAMPLER_ARG: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.01,
    description:
      'The share of requests that are traced, 0 to 1. Requests of the admin API always are; of others that end in an error, the failed spans are.',
  }),
}

const tracingSchema = Type.Object(tracingConfig)
export type TracingSettings = Static<typeof tracingSchema>
