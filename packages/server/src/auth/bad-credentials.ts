/** Credentials that were given and do not hold. The message is part of the contract: ONE looks for its words. */
export class BadCredentials extends Error {}
