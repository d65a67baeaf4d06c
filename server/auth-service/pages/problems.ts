import type { Problem } from '../checks/page-error.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'

/** What a page says about a problem: what happened, and what the person can do. */
export interface ProblemWords {
  statusCode: number
  heading: string
  /** `{client}` and `{provider}` stand for their names. */
  what: string
  advice: string
  /** The label of the link by which the person goes on; there is one only where there is somewhere to go. */
  goOn: string
  /** Where the person goes on, one of `ENDPOINT_PATHS`, where the error itself doesn't know. */
  goOnPath?: string
}

const TELL_ITS_MAKERS =
  'Go back to {client} and try again. If this page comes again, tell the people who make it.'

/** Every problem, in words for a person who did nothing wrong. */
export const PROBLEMS: Readonly<Record<Problem, ProblemWords>> = {
  'unknown-client': {
    statusCode: 400,
    heading: 'We don’t know the app that sent you',
    what: 'It isn’t registered here, so we can’t tell whether it is what it says.',
    advice: TELL_ITS_MAKERS,
    goOn: 'Start again',
  },
  'unregistered-redirect-uri': {
    statusCode: 400,
    heading: 'We stopped, to be safe',
    what: '{client} asked us to send you to an address that isn’t registered for it.',
    advice: TELL_ITS_MAKERS,
    goOn: 'Start again',
  },
  'unregistered-logout-uri': {
    statusCode: 400,
    heading: 'We stopped, to be safe',
    what: 'After signing out, {client} wants us to send you to an address that isn’t registered for it.',
    advice: 'You can sign out here and close the page.',
    goOn: 'Sign out here',
    goOnPath: ENDPOINT_PATHS.endSession,
  },
  'unreadable-hint': {
    statusCode: 400,
    heading: 'We can’t tell who sent you',
    what: 'The app that wants to sign you out didn’t say so in a way that we can check.',
    advice: 'You can sign out here and close the page.',
    goOn: 'Sign out here',
    goOnPath: ENDPOINT_PATHS.endSession,
  },
  'repeated-parameter': {
    statusCode: 400,
    heading: 'This link says two things at once',
    what: 'The app that sent you here gave one answer twice, or one that can’t be read, and we don’t guess.',
    advice: TELL_ITS_MAKERS,
    goOn: 'Start again',
  },
  'request-too-long': {
    statusCode: 400,
    heading: 'This link is too long',
    what: 'The app that sent you here says more than we can carry.',
    advice: TELL_ITS_MAKERS,
    goOn: 'Start again',
  },
  'unreadable-form': {
    statusCode: 400,
    heading: 'We couldn’t read that page',
    what: 'Something on the way has changed what your browser sent, so we did nothing.',
    advice: 'Go back to the app that you came from and start again there.',
    goOn: 'Start again',
  },
  'foreign-form': {
    statusCode: 403,
    heading: 'That didn’t come from our page',
    what: 'What your browser sent doesn’t belong to a page that we gave it, so we did nothing.',
    advice: 'Go back to the app that you came from and start again there.',
    goOn: 'Start again',
  },
  'cookie-missing': {
    statusCode: 400,
    heading: 'Please allow our cookie',
    what: 'We keep one small cookie, to know that it is still your browser. It didn’t come back.',
    advice: 'Allow cookies for this address, then start again.',
    goOn: 'Start again',
  },
  'page-expired': {
    statusCode: 400,
    heading: 'That page was open too long',
    what: 'For your safety a sign-in has to be finished within half an hour.',
    advice: 'Start again here, or, if {client} has stopped waiting for you, there.',
    goOn: 'Start again',
  },
  'not-found': {
    statusCode: 404,
    heading: 'There’s nothing here',
    what: 'No page of ours has this address.',
    advice: 'Go back to the app that you came from and start again there.',
    goOn: 'Start again',
  },
  'wrong-method': {
    statusCode: 405,
    heading: 'This page can’t be opened like that',
    what: 'It is a step in the middle of something else.',
    advice: 'Go back to the app that you came from and start again there.',
    goOn: 'Start again',
  },
  'too-many-failures': {
    statusCode: 429,
    heading: 'Too many wrong tries',
    what: 'To keep guessers out, we are not looking at passwords from here for a while. Your account isn’t locked.',
    advice: 'Try again {when}.',
    goOn: 'Try again',
  },
  'too-many-codes': {
    statusCode: 429,
    heading: 'Too many wrong codes',
    what: 'To keep guessers out, we are not looking at codes from here for a while. Your account isn’t locked.',
    advice: 'Try again {when}, with a new code from the device if that one is too old by then.',
    goOn: 'Try again',
  },
  'password-link-ended': {
    statusCode: 410,
    heading: 'This link works no more',
    what: 'It was used already, it is too old, or a newer one has taken its place.',
    advice:
      'If you have chosen a password already, go back to the app that you came from and sign in. Otherwise ask whoever sent you the link for a new one.',
    goOn: 'Start again',
  },
  'too-many-links': {
    statusCode: 429,
    heading: 'Too many wrong links',
    what: 'To keep guessers out, we are not looking at links from here for a while.',
    advice: 'Open the link once more {when}.',
    goOn: 'Try again',
  },
  busy: {
    statusCode: 503,
    heading: 'One moment, please',
    what: 'So many people are signing in right now that we couldn’t look at your password.',
    advice: 'Try again {when}.',
    goOn: 'Try again',
  },
  'unknown-provider': {
    statusCode: 404,
    heading: 'That way in isn’t offered here',
    what: 'The service that you were to sign in at isn’t one of those that we work with.',
    advice: 'Choose another way to sign in.',
    goOn: 'See the ways to sign in',
  },
  'password-not-taken': {
    statusCode: 403,
    heading: 'Passwords don’t open this door',
    what: 'Here people sign in at another service only, so we didn’t look at your password.',
    advice: 'Go on with the button on the sign-in page.',
    goOn: 'See the ways to sign in',
  },
  'too-many-sign-ins': {
    statusCode: 429,
    heading: 'Too many sign-ins at once',
    what: 'From here so many sign-ins were begun that we send nobody on to {provider} for a while.',
    advice: 'Try again {when}.',
    goOn: 'Try again',
  },
  'foreign-answer': {
    statusCode: 400,
    heading: 'That answer isn’t for this page',
    what: 'It belongs to a sign-in that was begun elsewhere, or is finished already, so we did nothing.',
    advice:
      'If you opened a link that somebody sent you, close this page. Otherwise go back to the app that you came from and start again there.',
    goOn: 'Start again',
  },
  'provider-refused': {
    statusCode: 403,
    heading: 'You weren’t signed in',
    what: '{provider} tells us that you said no, or that it doesn’t let you in.',
    advice: 'Try again, or choose another way to sign in.',
    goOn: 'See the ways to sign in',
  },
  'provider-unreachable': {
    statusCode: 502,
    heading: 'There’s no answer from over there',
    what: '{provider} didn’t answer, or not in time. Nothing of yours was changed.',
    advice: 'Try again in a moment, or choose another way to sign in.',
    goOn: 'See the ways to sign in',
  },
  'provider-wrong': {
    statusCode: 502,
    heading: 'We stopped, to be safe',
    what: 'What {provider} tells us about you can’t be relied on, so we did nothing with it.',
    advice: 'Choose another way to sign in, and tell the people who run this service what you see here.',
    goOn: 'See the ways to sign in',
  },
  'provider-stale': {
    statusCode: 403,
    heading: 'That was too long ago',
    what: 'You were asked to prove once more who you are, and {provider} doesn’t say that you just did.',
    advice: 'Choose another way to sign in, or sign out at that service first, then try again.',
    goOn: 'See the ways to sign in',
  },
  'unknown-identity': {
    statusCode: 403,
    heading: 'You have no account here yet',
    what: 'We believe {provider} who you are, but nobody has opened an account here for you.',
    advice: 'Ask the people who run this service for one, or sign in as somebody else.',
    goOn: 'See the ways to sign in',
  },
  'identity-taken': {
    statusCode: 409,
    heading: 'Already connected elsewhere',
    what: 'Your sign-in at {provider} is connected to another account here, so we left everything as it was.',
    advice: 'Sign in with it to see which one. There you can disconnect it.',
    goOn: 'Go back',
  },
  'link-interrupted': {
    statusCode: 403,
    heading: 'You’re signed out here',
    what: 'While you were at {provider}, you were signed out here, or somebody else was signed in. We connected nothing.',
    advice: 'Sign in again, and connect it then.',
    goOn: 'Go back',
  },
  'last-way-in': {
    statusCode: 409,
    heading: 'That is your only way in',
    what: 'Without it you could not sign in any more, so we left it connected.',
    advice: 'Choose a password or connect another service first.',
    goOn: 'Go back',
  },
  'password-changed-meanwhile': {
    statusCode: 409,
    heading: 'Your password has changed meanwhile',
    what: 'Somebody chose another one while you did, so we left it at that.',
    advice: 'If that wasn’t you, ask the people who run this service.',
    goOn: 'Go back',
  },
  'account-disabled': {
    statusCode: 403,
    heading: 'Your account is switched off',
    what: 'You are who you say, and the people who run this service have switched your account off.',
    advice: 'Ask them about it.',
    goOn: 'See the ways to sign in',
  },
  unavailable: {
    statusCode: 503,
    heading: 'We’ll be back in a moment',
    what: 'Something that this service needs doesn’t answer right now. Nothing of yours was changed.',
    advice: 'Wait a few seconds, then try again.',
    goOn: 'Try again',
  },
  failed: {
    statusCode: 500,
    heading: 'Something went wrong here',
    what: 'It is our fault, not yours, and nothing of yours was changed.',
    advice: 'Go back to the app that you came from and try again in a moment.',
    goOn: 'Try again',
  },
}
