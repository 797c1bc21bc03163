export interface AlertRule {
  readonly expr: string
  /** For how long the expression must hold. */
  readonly for: string
  /** `page`: a person acts now. `ticket`: within a working day. */
  readonly severity: 'page' | 'ticket'
  readonly labels?: Readonly<Record<string, string>>
}

/** An alert: what it says, and when it is raised. Its runbook is named after it. */
export interface Alert {
  readonly name: string
  readonly title: string
  readonly severity: AlertRule['severity']
  /** With the values of the series that raised it. */
  readonly summary: string
  readonly rules: readonly AlertRule[]
}
