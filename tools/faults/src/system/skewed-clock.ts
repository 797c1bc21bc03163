// Loaded before a service (`--import`) whose clock is to be wrong: FAULT_CLOCK_OFFSET_MS is added to what it takes for now.
// Timers run as ever. Only runs of faults load it.
const offsetMs = Number(process.env.FAULT_CLOCK_OFFSET_MS ?? 0)
const TrueDate = Date

class SkewedDate extends TrueDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(TrueDate.now() + offsetMs)
    else super(...(given as [number]))
  }

  static override now(): number {
    return TrueDate.now() + offsetMs
  }
}

// Whatever was made before by the true one is a date as well.
Object.defineProperty(SkewedDate, Symbol.hasInstance, { value: (value: unknown) => value instanceof TrueDate })
globalThis.Date = SkewedDate as DateConstructor
