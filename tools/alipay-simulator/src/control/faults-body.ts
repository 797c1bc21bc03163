import Type, { type Static } from 'typebox'
import { billFaults, certificateFaults, gatewayFaults, notifyFaults, refundFaults } from '../faults.ts'

const Milliseconds = Type.Integer({ minimum: 0, maximum: 600_000 })
const Times = Type.Integer({ minimum: 1 })

function oneOf<const Fault extends string>(faults: readonly Fault[]) {
  return Type.Union(faults.map(fault => Type.Literal(fault)))
}

function ratesOf<const Fault extends string>(faults: readonly Fault[]) {
  const rate = Type.Optional(Type.Number({ minimum: 0, maximum: 1 }))
  return Type.Object(Object.fromEntries(faults.map(fault => [fault, rate])) as Record<Fault, typeof rate>, {
    additionalProperties: false,
  })
}

const Random = Type.Object(
  {
    seed: Type.Integer(),
    rates: Type.Object(
      {
        gateway: Type.Optional(ratesOf(gatewayFaults)),
        notify: Type.Optional(ratesOf(notifyFaults)),
        refund: Type.Optional(ratesOf(refundFaults)),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

/** The body of `POST /simulator/faults`. */
export const FaultsBody = Type.Object(
  {
    gateway: Type.Optional(oneOf(gatewayFaults)),
    slowMs: Type.Optional(Milliseconds),
    methods: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })),
    gatewayTimes: Type.Optional(Times),
    notify: Type.Optional(oneOf(notifyFaults)),
    delayMs: Type.Optional(Milliseconds),
    notifyTimes: Type.Optional(Times),
    notifyBeforeReturn: Type.Optional(Type.Boolean()),
    refund: Type.Optional(oneOf(refundFaults)),
    bill: Type.Optional(oneOf(billFaults)),
    certificate: Type.Optional(oneOf(certificateFaults)),
    random: Type.Optional(Random),
  },
  { additionalProperties: false },
)
export type FaultsBody = Static<typeof FaultsBody>

/** The kind of fault whose rates add up to more than 1, if any. */
export function overfullRates(body: FaultsBody): string | undefined {
  return Object.entries(body.random?.rates ?? {}).find(([, rates]) => {
    const sum = Object.values(rates).reduce((total, rate) => total + rate, 0)
    // Tolerates rounding: tenths are not exact in binary.
    return sum > 1 + 1e-9
  })?.[0]
}
