import { confirmationOperations } from './confirmation-operations.ts';
import { contactOperations } from './contact-operations.ts';
import { deliveryOperations } from './delivery-operations.ts';
import { dispatchOperations } from './dispatch-operations.ts';
import { fleetOperations } from './fleet-operations.ts';
import type { Operation, View } from './operation.ts';
import { operatorOperations } from './operator-operations.ts';
import { sessionOperations } from './session-operations.ts';

const all = [
  ...fleetOperations,
  ...sessionOperations,
  ...dispatchOperations,
  ...deliveryOperations,
  ...contactOperations,
  ...confirmationOperations,
  ...operatorOperations,
];

/** Any production statement or use case, with parameters that are right most of the time. */
export function drawOperation(view: View): Operation {
  for (;;) {
    const drawn = view.random.weighted(all)(view);
    if (drawn) return drawn;
  }
}
