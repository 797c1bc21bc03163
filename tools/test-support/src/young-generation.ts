import { setFlagsFromString } from 'node:v8'

/**
 * Returns a function that tells whether V8 keeps a value in the young generation, where a scavenge collects it. Ask at once
 * after the value was created: what survives two scavenges is moved.
 */
export function youngGenerationTest(): (value: object) => boolean {
  setFlagsFromString('--allow-natives-syntax')
  try {
    return new Function('value', 'return %InYoungGeneration(value)') as (value: object) => boolean
  } finally {
    setFlagsFromString('--no-allow-natives-syntax')
  }
}
