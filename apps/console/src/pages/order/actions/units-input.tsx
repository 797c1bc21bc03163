import { NumberInput } from '@mantine/core'
import { defineTexts, useTexts } from '../../../i18n/texts.ts'

const texts = defineTexts({
  en: { atMost: (left: number) => `At most ${left}` },
  zh: { atMost: (left: number) => `最多 ${left} 件` },
})

interface UnitsInputProps {
  /** Shown above the field; without it, `name` names the field. */
  label?: string
  name?: string
  /** Units that can be chosen. More are kept in the field and marked as wrong. */
  left: number
  value: number
  change(units: number): void
}

/** How many units of a line are refunded or shipped. */
export function UnitsInput({ label, name, left, value, change }: UnitsInputProps) {
  const t = useTexts(texts)
  return (
    <NumberInput
      size="xs"
      {...(label === undefined ? { 'aria-label': name } : { label })}
      min={0}
      max={left}
      clampBehavior="none"
      allowNegative={false}
      allowDecimal={false}
      hideControls
      disabled={left === 0}
      value={value}
      error={value > left ? t.atMost(left) : undefined}
      onChange={units => change(Number(units) || 0)}
    />
  )
}
