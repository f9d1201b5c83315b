export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect width="32" height="32" rx="7" className="logo-ground" />
      <path d="M4 22c4-3 8-3 12 0s8 3 12 0M4 26.500c4-3 8-3 12 0s8 3 12 0" className="logo-furrow" />
      <path d="M16 19v-8m0 1c0-4 3-6 7-6 0 4-3 6-7 6Zm0 3c0-3.500-2.500-5-6-5 0 3.500 2.500 5 6 5Z" className="logo-leaf" />
    </svg>
  );
}
