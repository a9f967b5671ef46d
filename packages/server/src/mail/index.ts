/** Handing mails to a mail server. Knows nothing of what they say. */
export { isMailable, type Letter, type Mailer, MailFailure, openMailer } from './mailer.ts'
export { readSmtpUrl } from './smtp-url.ts'
