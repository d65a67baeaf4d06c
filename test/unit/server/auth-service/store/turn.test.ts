import { expect, test } from 'vitest'
import { allHaveGoneOn, endOfTurn } from '../../../../../server/auth-service/store/turn.js'

test('all who wait for the end of a turn go on in the same one, before any other request comes', async () => {
  const order: string[] = []
  const waiter = async (name: string) => {
    await endOfTurn()
    order.push(name)
  }
  const waiters = [waiter('first'), waiter('second')]
  setImmediate(() => order.push('the next turn'))
  await Promise.all(waiters)
  await endOfTurn()
  expect(order).toEqual(['first', 'second', 'the next turn'])
})

test('who waits until all have gone on comes after everybody whom the same answer has woken', async () => {
  const order: string[] = []
  const goOn = async (name: string, steps: number) => {
    await endOfTurn()
    for (let step = 0; step < steps; step += 1) await undefined
    order.push(name)
  }
  const waiting = endOfTurn()
    .then(allHaveGoneOn)
    .then(() => order.push('last'))
  await Promise.all([waiting, goOn('quick', 0), goOn('slow', 50)])
  expect(order).toEqual(['quick', 'slow', 'last'])
})
