import { AssignTag, type Context, Value } from 'liquidjs';

/** liquidjs assigns a missing variable as nothing, which would come out as a hole in the message. */
export class StrictAssign extends AssignTag {
  override *render(context: Context): Generator<unknown, void, unknown> {
    const [target] = this.localScope();
    const [value] = this.arguments();
    if (!target || !(value instanceof Value)) return;
    Object.defineProperty(context.bottom(), target.content, {
      value: yield value.value(context, false),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
}
