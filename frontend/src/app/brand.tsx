import { Link } from 'react-router';
import { BrandMark } from '@/components/brand-mark.tsx';

export function Brand() {
  return (
    <Link to="/" className="flex w-fit items-center gap-2 rounded-md font-semibold tracking-tight">
      <BrandMark />
      Headgate
    </Link>
  );
}
