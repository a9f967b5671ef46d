/**
 * What people are told about.
 *
 * A *notification* is a message to members of the lab. Its row is all that a sender needs, so that a mail outlives the
 * server that meant to send it. A *rule* says of which animals one person wants to hear, for one kind.
 */

const HOUR_SECONDS = 60 * 60

/** Seconds within which the same is not said again. Source: Alyx 3.6.1, actions/notifications.py. */
export const REPEAT_AFTER_SECONDS = {
  responsible_user_change: HOUR_SECONDS,
  mouse_underweight: HOUR_SECONDS,
  mouse_water: HOUR_SECONDS,
  mouse_training: 0,
  mouse_not_weighed: 0,
  // A letter to certain people, such as a request to the stock managers: no rule is about it and nobody can decline it.
  // Alyx sends it without keeping it; here it waits, is tried again and can be looked up like any other message.
  '': 0,
} as const satisfies Readonly<Record<string, number>>

export type NotificationType = keyof typeof REPEAT_AFTER_SECONDS

/** Channel on which PostgreSQL tells senders that there is something to send. */
export const WAKE_CHANNEL = 'alyx_notification'

/** Attempts to send one message, the first included; after the last it is not sent any more. Source: Alyx 3.6.1. */
export const MOST_ATTEMPTS = 3
