/** Where in the page the reader is; the address's fragment holds it. */
export type Route =
  | { readonly page: 'render' }
  | { readonly page: 'jobs' }
  | { readonly page: 'job'; readonly id: string }
  | { readonly page: 'workers' }
  | { readonly page: 'ledger' };

export function routeOf(hash: string): Route {
  const [page, id] = hash.replace(/^#\/?/, '').split('/');
  switch (page) {
    case 'jobs':
      return id === undefined || id === '' ? { page: 'jobs' } : { page: 'job', id };
    case 'workers':
      return { page: 'workers' };
    case 'ledger':
      return { page: 'ledger' };
    default:
      return { page: 'render' };
  }
}

export function addressOf(route: Route): string {
  return route.page === 'job' ? `#/jobs/${route.id}` : `#/${route.page}`;
}

export function titleOf(route: Route): string {
  const names = { render: 'Render', jobs: 'Jobs', job: 'Job', workers: 'Workers', ledger: 'Ledger' } as const;
  return `${names[route.page]} · Tilth`;
}
