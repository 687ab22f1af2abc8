export interface TaskLogLine {
  readonly number: number;
  readonly text: string;
}
