import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { queryClient } from '../server/queries.ts'

/** Does something, tells what came of it, and reads again what is shown: queries whose keys begin with `shown`. */
export function useDeed<T = void>(work: (given: T) => Promise<void>, said: string, ...shown: string[]) {
  return useMutation({
    mutationFn: work,
    onSuccess() {
      notifications.show({ message: said })
      return queryClient.invalidateQueries({ queryKey: shown })
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not done', message: error.message }),
  })
}
