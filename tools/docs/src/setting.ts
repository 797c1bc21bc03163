/** One environment variable, as all programs that read it describe it. */
export interface Setting {
  name: string
  type: string
  /** What counts when it is not set; undefined where it has to be set, or may be missing. */
  default: string | undefined
  isRequired: boolean
  unit: string | undefined
  readBy: string[]
  description: string
  example: string | undefined
}
