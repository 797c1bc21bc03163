import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { ApiProblem } from '../api/problem.ts'
import { useToast } from './toasts.tsx'

export interface Action<I> {
  run(input: I): void
  pending: boolean
  problem: ApiProblem | null
  reset(): void
}

/**
 * Something that a person does. Its second call while the first is in progress does nothing. Afterwards the message of
 * `done` is shown. After an effect, and after an answer that leaves it open, all that is on the page is read again.
 * `onDone` is called after an effect, `onProblem` after a failure that no dialog shows.
 */
export function useAction<I, R>(options: {
  run(input: I): Promise<R>
  done(result: R): string
  onDone?(): void
  onProblem?(problem: ApiProblem): void
}): Action<I> {
  const client = useQueryClient()
  const toast = useToast()
  // The state of the mutation changes with the next render only; two clicks can come before that.
  const running = useRef(false)
  const readAgain = () => client.invalidateQueries({ predicate: query => query.queryKey[0] !== 'session' })
  const mutation = useMutation<R, ApiProblem, I>({
    mutationFn: options.run,
    onSuccess: async result => {
      toast(options.done(result))
      options.onDone?.()
      await readAgain()
    },
    onError: problem => {
      options.onProblem?.(problem)
      if (problem.unclear) void readAgain()
    },
    onSettled: () => {
      running.current = false
    },
  })
  return {
    run: input => {
      if (running.current) return
      running.current = true
      mutation.mutate(input)
    },
    pending: mutation.isPending,
    problem: mutation.error,
    reset: mutation.reset,
  }
}
