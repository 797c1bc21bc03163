import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBatcher } from './batcher.ts'

/** A batcher whose runs are recorded and end when the test says so. */
function recorded(options: { batchSizeMax: number; queueSizeMax?: number }) {
  const batches: number[][] = []
  const ends: (() => void)[] = []
  const add = createBatcher<number, number>({
    ...options,
    run: async items => {
      batches.push(items)
      await new Promise<void>(resolve => ends.push(resolve))
      return items.map(item => item * 10)
    },
  })
  return { add, batches, endNext: () => ends.shift()?.() }
}

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))

describe('a batcher', () => {
  it('combines calls of one turn into one batch and resolves each with its own result', async () => {
    const { add, batches, endNext } = recorded({ batchSizeMax: 10 })
    const results = Promise.all([add(1), add(2), add(3)])
    await nextTurn()
    endNext()
    expect(await results).toEqual([10, 20, 30])
    expect(batches).toEqual([[1, 2, 3]])
  })

  it('fills the next batch while one runs, up to its size', async () => {
    const { add, batches, endNext } = recorded({ batchSizeMax: 2 })
    const results = Promise.all([1, 2, 3, 4, 5].map(add))
    for (let turn = 0; turn < 3; turn++) {
      await nextTurn()
      endNext()
      await nextTurn()
    }
    expect(await results).toEqual([10, 20, 30, 40, 50])
    expect(batches).toEqual([[1, 2], [3, 4], [5]])
  })

  it('bounds a batch by its bytes; a larger item makes a batch of its own', async () => {
    const batches: string[][] = []
    const add = createBatcher<string, string>({
      batchSizeMax: 3,
      bytes: { of: item => item.length, batchMax: 10 },
      run: async items => {
        batches.push(items)
        return items
      },
    })
    const items = ['aaaa', 'bbbb', 'cccc', 'd'.repeat(30), 'e', 'f', 'g', 'h', 'i'.repeat(9)]
    expect(await Promise.all(items.map(add))).toEqual(items)
    expect(batches).toEqual([['aaaa', 'bbbb'], ['cccc'], ['d'.repeat(30)], ['e', 'f', 'g'], ['h', 'i'.repeat(9)]])
  })

  it('refuses more waiting calls than its queue holds', async () => {
    const { add, endNext } = recorded({ batchSizeMax: 1, queueSizeMax: 2 })
    const accepted = [add(1), add(2)]
    await expect(add(3)).rejects.toMatchObject({ type: 'service-unavailable' })
    for (let turn = 0; turn < 2; turn++) {
      await nextTurn()
      endNext()
      await nextTurn()
    }
    expect(await Promise.all(accepted)).toEqual([10, 20])
  })

  it('rejects one bad item alone when the whole batch throws', async () => {
    const add = createBatcher<number, number>({
      batchSizeMax: 10,
      run: async items => {
        if (items.includes(13)) throw new Error('thirteen')
        return items
      },
    })
    const results = await Promise.allSettled([add(1), add(13), add(2)])
    expect(results.map(result => (result.status === 'fulfilled' ? result.value : result.reason.message))).toEqual([
      1,
      'thirteen',
      2,
    ])
  })

  it('rejects the one call whose result is an error', async () => {
    const add = createBatcher<number, number>({
      batchSizeMax: 10,
      run: async items => items.map(item => (item === 2 ? new Error('not two') : item)),
    })
    const results = await Promise.allSettled([add(1), add(2)])
    expect(results.map(result => result.status)).toEqual(['fulfilled', 'rejected'])
  })

  it('works again after a failure', async () => {
    let fails = true
    const add = createBatcher<number, number>({
      batchSizeMax: 10,
      run: async items => {
        if (fails) throw new Error('unavailable')
        return items
      },
    })
    await expect(add(1)).rejects.toThrow('unavailable')
    fails = false
    expect(await add(2)).toBe(2)
  })
})

it('rejects a whole batch at once when the error is not caused by an item', async () => {
  let runs = 0
  const add = createBatcher<number, number>({
    batchSizeMax: 10,
    failsBatch: error => (error as Error).message === 'unavailable',
    run: async () => {
      runs++
      throw new Error('unavailable')
    },
  })
  const outcomes = await Promise.allSettled([1, 2, 3].map(add))
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(runs).toBe(1)
})

describe('a batcher with a window', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function paced() {
    const batches: number[][] = []
    const add = createBatcher<number, number>({
      batchSizeMax: 3,
      windowMs: () => 40,
      run: async items => {
        batches.push(items)
        return items
      },
    })
    return { add, batches }
  }

  it('runs single calls at once', async () => {
    const { add, batches } = paced()
    await add(1)
    await add(2)
    expect(batches).toEqual([[1], [2]])
  })

  it('waits for the end of the window after a batch of several calls', async () => {
    const { add, batches } = paced()
    await Promise.all([add(1), add(2)])
    const later = [add(3)]
    await nextTurn()
    await vi.advanceTimersByTimeAsync(39)
    later.push(add(4))
    expect(batches).toEqual([[1, 2]])
    await vi.advanceTimersByTimeAsync(1)
    await Promise.all(later)
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  it('runs a batch at once that is full by its bytes', async () => {
    const batches: string[][] = []
    const add = createBatcher<string, string>({
      batchSizeMax: 100,
      bytes: { of: item => item.length, batchMax: 4 },
      windowMs: () => 40,
      run: async items => {
        batches.push(items)
        return items
      },
    })
    await Promise.all(['aa', 'bb', 'cc', 'dd'].map(add))
    expect(batches).toEqual([
      ['aa', 'bb'],
      ['cc', 'dd'],
    ])
  })

  it('runs a full batch at once', async () => {
    const { add, batches } = paced()
    await Promise.all([1, 2, 3, 4, 5, 6].map(add))
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
  })
})
