/** Whether the tables of a tag can lie in a folder of its name, which stands for it in addresses, too. */
export const isTagFolder = (tag: string): boolean => /^\w+$/u.test(tag)
