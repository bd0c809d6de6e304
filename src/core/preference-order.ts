/** Places in order of preference, kept in that order while single ones change. Pure: it knows numbers only. */

export class PreferenceOrder {
  readonly #size: number;
  readonly #width: number;
  /** For each place the numbers that it is ordered by: the first that differs decides, the smaller stands ahead. */
  readonly #rows: Float64Array;
  /** The most preferred first; equals by their number. */
  #places: Int32Array;

  /** Of the places from 0 up to `size`, with `width` numbers each. */
  constructor(size: number, width: number) {
    this.#size = size;
    this.#width = width;
    this.#rows = new Float64Array(size * width);
    this.#places = Int32Array.from({ length: size }, (_, place) => place);
  }

  /** The number in `column` of the place's row. */
  at(place: number, column: number): number {
    return this.#rows[place * this.#width + column] as number;
  }

  /** Below 0: `a` stands ahead of `b`; 0: they are equals, and serve in turn. Columns before `column` do not count. */
  compare(a: number, b: number, column = 0): number {
    for (let each = column; each < this.#width; each += 1) {
      const one = this.at(a, each);
      const other = this.at(b, each);
      if (one < other) return -1;
      if (one > other) return 1;
    }
    return 0;
  }

  /** Orders all places anew by what `rowOf` says of them. */
  fill(rowOf: (place: number) => Float64Array): void {
    for (let place = 0; place < this.#size; place += 1) this.#setRow(place, rowOf(place));
    // The sort of plain arrays takes little where most is in order already, as it is from the second time on.
    this.#places = Int32Array.from([...this.#places].sort((a, b) => this.compare(a, b) || a - b));
  }

  /** Brings one place to where its new row belongs. */
  move(place: number, row: Float64Array): void {
    const direction = this.#directionTo(place, row);
    if (direction === 0) return;
    const places = this.#places;
    const from = this.#indexOf(place, 0, this.#size);
    this.#setRow(place, row);
    const to = direction < 0 ? this.#indexOf(place, 0, from) : this.#indexOf(place, from + 1, this.#size) - 1;
    if (to < from) places.copyWithin(to + 1, to, from);
    else places.copyWithin(from, from + 1, to + 1);
    places[to] = place;
  }

  /**
   * The first place between two indexes at which `ends` says true, or null. Equals come in turn: from `start` on, and then those before.
   * Equals must not be parted by the indexes.
   */
  find(from: number, end: number, start: number, ends: (place: number) => boolean): number | null {
    let group = from;
    while (group < end) {
      const leader = this.#placeAt(group);
      const turn = this.#turnAmongEquals(group, end, start);
      let index = turn;
      for (; index < end && this.compare(this.#placeAt(index), leader) === 0; index += 1)
        if (ends(this.#placeAt(index))) return this.#placeAt(index);
      const next = index;
      for (index = group; index < turn; index += 1) if (ends(this.#placeAt(index))) return this.#placeAt(index);
      group = next;
    }
    return null;
  }

  #setRow(place: number, row: Float64Array): void {
    for (let column = 0; column < this.#width; column += 1) this.#rows[place * this.#width + column] = row[column] as number;
  }

  /** Below 0: with this row the place comes ahead of where it is; 0: it is the row that it has. */
  #directionTo(place: number, row: Float64Array): number {
    for (let column = 0; column < this.#width; column += 1) {
      const difference = (row[column] as number) - this.at(place, column);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  #placeAt(index: number): number {
    return this.#places[index] as number;
  }

  /** The index, among the equals that begin at `from`, of the first place from `start` on; behind them where there is none. By halving. */
  #turnAmongEquals(from: number, end: number, start: number): number {
    const leader = this.#placeAt(from);
    let low = from;
    let high = leader < start ? end : from;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const place = this.#placeAt(middle);
      if (place < start && this.compare(place, leader) === 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where between two indexes the place belongs. By halving. */
  #indexOf(place: number, from: number, end: number): number {
    let low = from;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#placeAt(middle);
      if ((this.compare(other, place) || other - place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
