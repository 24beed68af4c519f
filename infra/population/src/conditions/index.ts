import { cancer } from './cancer.js'
import type { Condition, ConditionKey } from './condition.js'
import { copd } from './copd.js'
import { diabetes } from './diabetes.js'
import { heartFailure } from './heart-failure.js'
import { hospitalAtHome } from './hospital-at-home.js'
import { hypertension } from './hypertension.js'

export const conditions: Readonly<Record<ConditionKey, Condition>> = {
  COPD: copd,
  HEART_FAILURE: heartFailure,
  DIABETES: diabetes,
  HYPERTENSION: hypertension,
  CANCER: cancer,
  HOSPITAL_AT_HOME: hospitalAtHome,
}
