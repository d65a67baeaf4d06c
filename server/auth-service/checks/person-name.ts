/** The form in which the names of people are stored: trimmed, NFC. */
export function canonicalPersonName(name: string): string {
  return name.trim().normalize('NFC')
}

/** Whether a person can be called so: 1 to 100 characters, in one line, and none that can't be seen. */
export function isPersonName(name: string): boolean {
  return /^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u.test(name)
}
