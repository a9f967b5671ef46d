/** How results and zygosities are written, by their stored number. */
export const ZYGOSITIES = ['-/-', '+/-', '+/+', '+'] as const
export const RESULTS = ['−', '+'] as const
export const RESULT_WORDS = ['absent', 'present'] as const
