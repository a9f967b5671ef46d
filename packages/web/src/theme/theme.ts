import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** The green of deep water: links, buttons, what is chosen. */
const lagoon: MantineColorsTuple = [
  '#e9f6f4',
  '#d3ebe7',
  '#a5d7d0',
  '#74c2b8',
  '#4db0a4',
  '#2f9c90',
  '#12857a',
  '#0b6e66',
  '#085a54',
  '#044540',
]

/** Greys with a little of the same water in them, so that the dark pages are dark and not black. */
const slate: MantineColorsTuple = [
  '#e3e9ea',
  '#c3cccf',
  '#a2aeb2',
  '#7d8a8f',
  '#4a565b',
  '#364146',
  '#2a3337',
  '#1f272a',
  '#171e21',
  '#101618',
]

export const theme = createTheme({
  colors: { lagoon, dark: slate },
  primaryColor: 'lagoon',
  primaryShade: 7,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  fontFamily: '"Inter", system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.35rem', lineHeight: '1.25' }, h2: { fontSize: '1.05rem' } },
  },
  components: {
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true } },
    Button: { defaultProps: { size: 'sm' } },
    // The lock would write a style that the policy of the page refuses; lists scroll inside themselves anyway.
    Modal: {
      defaultProps: {
        centered: true,
        lockScroll: false,
        closeButtonProps: { 'aria-label': 'Close' },
        overlayProps: { backgroundOpacity: 0.45 },
      },
    },
    // Whoever comes to a field with the keyboard sees the form, not a list over it; arrows, letters and clicks open it.
    Select: { defaultProps: { openOnFocus: false } },
    MultiSelect: { defaultProps: { openOnFocus: false } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
    // What it says while it turns is read aloud.
    Loader: { defaultProps: { role: 'status' } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-start' } },
    Popover: { defaultProps: { shadow: 'md' } },
  },
})
