import { setFlagsFromString } from 'node:v8'

/**
 * Whether a new value is in V8's young generation, where what nobody holds any more costs nothing. V8 makes a function
 * that is assigned to a property where it is written (`this.done = () => …`) in the old generation instead, and what it
 * captures lives on with it until all of the heap is searched. Of something that was made long ago this says nothing.
 */
export function isInYoungGeneration(value: object): boolean {
  setFlagsFromString('--allow-natives-syntax')
  return new Function('value', 'return %InYoungGeneration(value)')(value) as boolean
}
