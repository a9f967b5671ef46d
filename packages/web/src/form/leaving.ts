import { useBlocker } from '@tanstack/react-router'

/** Asks before a page is left on which something was typed and not saved. */
export function useLeaving(dirty: boolean): void {
  useBlocker({
    shouldBlockFn: () => dirty && !window.confirm('Leave without saving? What you changed is lost.'),
    enableBeforeUnload: () => dirty,
    disabled: !dirty,
  })
}
