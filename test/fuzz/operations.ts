import { exports } from 'cloudflare:workers';
import type { Schema } from './conforming.ts';

export type Parameter = { name: string; in: 'path' | 'query' | 'header'; schema: Schema };
type Listed = {
  parameters?: ({ $ref?: string } & Partial<Parameter>)[];
  'x-websocket'?: { takes: Record<string, Schema>; maxFrameBytes: number };
  requestBody?: { content: { 'application/json': { schema: Schema } } };
};

/** An operation of the document as far as requests are made from it. */
export type Operation = {
  method: string;
  path: string;
  parameters: Parameter[];
  /** null: it takes no body. */
  body: Schema | null;
};

type Document = {
  paths: Record<string, Record<string, Listed>>;
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> };
};

async function served(): Promise<Document> {
  const response = await exports.default.fetch('http://taplive.test/api/v1/openapi.json');
  return response.json<Document>();
}

/** Every socket of the document: its path, what it takes by the event's name, and how much at once. */
export async function servedSockets(): Promise<{
  sockets: { path: string; takes: Record<string, Schema>; maxFrameBytes: number }[];
  schemas: Record<string, Schema>;
}> {
  const { paths, components } = await served();
  const sockets = Object.entries(paths).flatMap(([path, { get }]) => {
    const socket = get?.['x-websocket'];
    return socket ? [{ path, takes: socket.takes, maxFrameBytes: socket.maxFrameBytes }] : [];
  });
  return { sockets, schemas: components.schemas };
}

/** Every operation of the document that the API serves of itself, and the schemas that they refer to. */
export async function servedOperations(): Promise<{
  operations: Operation[];
  schemas: Record<string, Schema>;
}> {
  const { paths, components } = await served();
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, { parameters = [], requestBody }]): Operation => ({
        method: method.toUpperCase(),
        path,
        parameters: parameters.map((parameter) => {
          const found = parameter.$ref
            ? components.parameters[parameter.$ref.split('/').at(-1) ?? '']
            : parameter;
          // A parameter stands in place, or is one of the components.
          return found as Parameter;
        }),
        body: requestBody?.content['application/json'].schema ?? null,
      }),
    ),
  );
  return { operations, schemas: components.schemas };
}
