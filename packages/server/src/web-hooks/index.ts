/** Calling addresses that people gave: signed, and never into the network of the server unless that is configured. */
export { openHooks } from './hooks.ts'
