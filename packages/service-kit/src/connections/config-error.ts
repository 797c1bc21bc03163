/** A setting that is missing or invalid. Its message names each variable and its expected form, never its value. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}
